// One case in this Node: `node in-node.mjs settings` prints its ratios as JSON. Time is the CPU's, of all threads.
import { prepare } from './in-host.mjs';
import { measure, ratios } from './measure.mjs';

const clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const settings = JSON.parse(process.argv[2]);
const { names, passes } = await prepare(settings, () => performance.now());
const sample = async (index, count) => {
  try {
    const start = clock();
    const result = await passes(index, count);
    return { ms: clock() - start, result };
  } catch (error) {
    return { error: String(error.message) };
  }
};
console.log(JSON.stringify(ratios(await measure(names, sample, settings))));
process.exit();
