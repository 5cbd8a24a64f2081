// Prepares one case in the host at hand.
import { drivers } from './drivers.mjs';
import { streamDrivers } from './stream-drivers.mjs';
import { cases, chunksOf } from './workloads.mjs';

/** `settings`: the case's id, the modules, and whether to leave out all but the baseline and ours. */
export async function prepare({ peers, ours, ourSource, id, isQuick }, now) {
  const wanted = cases.find((one) => one.id === id);
  const chunks = chunksOf(wanted);
  const all = wanted.isStream
    ? streamDrivers(await import(peers), await import(ours), await import(ourSource), chunks)
    : drivers(await import(peers), await import(ours), chunks, now);
  const list = all.filter(({ isExtra }) => !isQuick || !isExtra);
  return {
    names: list.map(({ name }) => name),
    /** What the last pass gave back. */
    async passes(index, count) {
      const { pass } = list[index];
      let result;
      for (; count > 0; count--) {
        result = pass();
        // Awaited only where it must be: a turn of the loop costs.
        if (result instanceof Promise) result = await result;
      }
      return result;
    },
  };
}
