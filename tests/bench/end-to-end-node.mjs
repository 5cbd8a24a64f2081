// The Node that end-to-end.mjs measures: it is told what to do over the channel of `fork`.
import { drivers, flood, latencies } from './end-to-end-drivers.mjs';

const list = await drivers(JSON.parse(process.argv[2]));
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
// The monotonic clock, which all processes share.
const now = () => Number(process.hrtime.bigint()) / 1e6;

process.on('message', async ({ name, urls, events }) => {
  if (!name) return process.send(await latencies(list, urls, events, now));
  const start = cpu();
  const ms = await flood(list[name], urls, events);
  // What closing leaves behind.
  await new Promise((resolve) => setTimeout(resolve, 30));
  process.send({ ms, cpu: cpu() - start });
});
process.send({ version: process.versions.node, names: Object.keys(list) });
