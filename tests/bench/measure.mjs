// Times several drivers over the same chunks, some passes of each in turn: what the machine does besides hits all of them alike.
import { generator } from './workloads.mjs';

export const quantile = (numbers, part) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = Math.floor(at);
  return sorted[low] + ((sorted[low + 1] ?? sorted[low]) - sorted[low]) * (at - low);
};

/** In another order each round: nobody always comes after the same one. */
const shuffled = (list, random) => list.map((one) => [random(), one]).sort(([a], [b]) => a - b).map(([, one]) => one);

/**
 * `sample(index, passes)`: lets a driver pass so often; `{ ms, result }`, or `{ error }`. Gives back, per driver, the milliseconds of a
 * pass in each round.
 */
export async function measure(names, sample, { rounds, warmMs, sampleMs }) {
  const runs = names.map((name, index) => ({ name, index, samples: [], best: Infinity, spent: 0, passes: 1, every: 1 }));
  const take = async (run) => {
    if (run.error) return null;
    const { ms, result, error } = await sample(run.index, run.passes);
    run.error = error;
    run.result = result;
    return error ? null : Math.max(ms, 0) / run.passes;
  };
  // Warm, also in turn: the engine learns here of all types that come by.
  while (runs.some(({ error, spent }) => !error && spent < warmMs)) {
    for (const run of runs.filter(({ error, spent }) => !error && spent < warmMs)) {
      const ms = await take(run);
      run.spent += Math.max(ms * run.passes, 1);
      run.best = Math.min(run.best, ms);
      // A step at a time: what is short of the clock's steps seems to take none.
      run.passes = Math.max(1, Math.min(run.passes * 4, Math.ceil(sampleMs / Math.max(run.best, 1e-4))));
    }
  }
  // The slow ones need not be measured as often.
  for (const run of runs) run.every = Math.max(1, Math.min(Math.ceil(rounds / 3), Math.round(run.best / (10 * sampleMs))));
  const random = generator(7);
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) run.samples.push(null);
    for (const run of shuffled(runs.filter(({ every }) => round % every === 0), random)) {
      // Not timed: what the one before has left to the garbage collector is done with meanwhile.
      if (run.passes > 1 && !run.error) await sample(run.index, Math.ceil(run.passes));
      run.samples[round] = await take(run);
    }
  }
  return runs;
}

/** How many times as fast as the first of them each is: by the medians, with the quartiles of the rounds' own ratios. */
export function ratios(runs) {
  const [base] = runs;
  return runs.map(({ name, samples, error, result }) => {
    const pairs = samples.map((ms, round) => [base.samples[round], ms]).filter(([theirs, own]) => theirs > 0 && own > 0);
    if (error || pairs.length === 0) return { name, error: error ?? base.error ?? 'too short to be timed' };
    const each = pairs.map(([theirs, own]) => theirs / own);
    const ms = quantile(pairs.map(([, own]) => own), 0.5);
    return {
      name,
      ms,
      ratio: quantile(pairs.map(([theirs]) => theirs), 0.5) / ms,
      low: quantile(each, 0.25),
      high: quantile(each, 0.75),
      isWrong: Boolean(result && base.result && String(result) !== String(base.result)),
    };
  });
}
