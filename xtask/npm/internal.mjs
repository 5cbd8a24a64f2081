// Properties that only the package's own scripts read, glue included: they become shorter, the same in all bundles, since these share objects.
const INTERNAL = [
  ...['__wbg_ptr', '__destroy_into_raw', 'told', 'errorOf', 'startTimer', 'stopTimer', 'setUrl', 'instantiateNow'],
  ...['isDone', 'onAbort', 'broke', 'generation', 'connection', 'client', 'explain', 'remember', 'readRefused', 'discard', 'report', 'Inbox', 'sink', 'refuse', 'adopt', 'cancelReader', 'closeNow', 'stopListening'],
  ...['batches', 'handlers', 'isStopped', 'isRemoved', 'checkMethod', 'flags'],
  ...['isBusy', 'hasFailed', 'forget', 'half', 'items', 'chunks', 'alive', 'accept', 'interpret', 'deliver'],
  ...['hasGaps', 'drain', 'settle', 'isIdle', 'only', 'region', 'roomAt'],
  ...['prepare', 'complete', 'address', 'words', 'moveTo', 'consult', 'judge', 'authorize', 'runNow', 'isLast'],
  ...['canPause', 'isHeld', 'held', 'iterators', 'isFull', 'iterate', 'waiting', 'failure', 'isOver'],
  ...['dispatch', 'tell', 'finish', 'checkBody', 'redirection', 'failFor'],
];

/** For esbuild. */
export const mangled = {
  mangleProps: new RegExp(`^(${INTERNAL.join('|')})$`),
  mangleCache: Object.fromEntries(INTERNAL.map((name, at) => [name, `${'_$'[Math.floor(at / 52)]}${String.fromCharCode((at % 52) + (at % 52 < 26 ? 65 : 71))}`])),
};

/** A host shows the line that an error was thrown in: not all of the engine's digits with it. */
export const withLineOfDigits = (source) => source.replace(/(?<==)"[0-9a-f]{9999,}"/, '\n$&\n');
