// The Node that run.mjs starts: it meets the cases that it is told of over the channel of `fork`.
import { clients, meets, run } from './clients.mjs';
import { FAULTS, HEAVY } from './faults.mjs';

// event-source-polyfill writes each error there.
console.error = console.warn = () => {};

const list = await clients(JSON.parse(process.argv[2]));
// What others leave uncaught is theirs; ours leaves nothing.
const uncaught = [];
process.on('uncaughtException', (error) => uncaught.push(error.stack ?? `${error}`));
process.on('unhandledRejection', (error) => uncaught.push(error?.stack ?? `${error}`));
process.on('message', async ({ cases }) => process.send({ results: await run(list, cases), uncaught }));
process.send({
  version: `Node ${process.versions.node}`,
  names: Object.fromEntries([...FAULTS, ...HEAVY].map((fault) => [fault.name, Object.keys(list).filter((name) => meets(list[name], fault))])),
});
