import type { Rng } from '../../core/numerics/rng.ts';
import { GaussianProcess } from '../../core/numerics/gaussian-process/gaussian-process.ts';
import { normalProbability } from '../../core/numerics/normal-probability.ts';
import { expectedImprovementUsd } from '../../core/runtime-model/propose/expected-improvement.ts';
import { LOG_RUNTIME_HYPER_PRIORS } from '../../core/runtime-model/surface/hyper-priors.ts';
import { RuntimeSurface } from '../../core/runtime-model/surface/runtime-surface.ts';
import type { SurfaceColumn } from '../../core/runtime-model/surface/surface-column.ts';
import type { Configuration } from './read-workloads.ts';

/** What is known of a search so far. */
export interface Search {
  readonly tried: readonly Configuration[];
  readonly left: readonly Configuration[];
  /** runs must end by then */
  readonly deadlineSeconds: number;
  readonly rng: Rng;
}

/** Chooses what to try next, of what is left. */
export type Strategy = (search: Search) => Configuration | undefined;

const COLUMNS: readonly SurfaceColumn[] = [
  { name: 'vcpus', role: 'cores', scale: 'log', tolerance: false },
  { name: 'memory per vcpu', role: 'parameter', scale: 'log', tolerance: false },
  { name: 'vcpus per node', role: 'parameter', scale: 'log', tolerance: false },
];

const random: Strategy = ({ left, rng }) => left[Math.floor(rng() * left.length)];

/** The runtime surface, and the expected improvement under the deadline: what Flarepath proposes by. */
const flarepath: Strategy = (search) => {
  const { tried, left, deadlineSeconds } = search;
  if (tried.length === 0) return middleOf(left);
  const runs = tried.map((one) => ({ values: valuesOf(one), runtimeSeconds: one.runtimeSeconds, weight: 1 }));
  const surface = new RuntimeSurface(COLUMNS, runs);
  const usd = bestCost(tried, deadlineSeconds) ?? Number.MAX_SAFE_INTEGER;
  return most(left, (one) => {
    const { logMedian, logSpread } = surface.predict(valuesOf(one));
    const prospect = {
      logMedianSeconds: logMedian,
      logSpread,
      usdPerHour: one.costPerHour,
      startupSeconds: 0,
    };
    return expectedImprovementUsd(prospect, { usd, secondsLeft: deadlineSeconds });
  });
};

/**
 * As CherryPick does it, as far as its paper tells: three configurations by chance, then expected improvement of the
 * cost itself by a Gaussian process over the configuration, times the probability to be in time.
 *
 * @see Alipourfard et al., CherryPick, NSDI 2017
 */
const cherryPick: Strategy = (search) => {
  const { tried, left, deadlineSeconds } = search;
  if (tried.length < CHERRY_PICK_FIRST) return random(search);
  const cost = processOn(tried, (one) => one.cost);
  const runtime = processOn(tried, (one) => one.runtimeSeconds);
  const best = bestCost(tried, deadlineSeconds);
  return most(left, (one) => {
    const seconds = runtime(one);
    const inTime = normalProbability((Math.log(deadlineSeconds) - seconds.mean) / seconds.spread);
    if (best === null) return inTime;
    const { mean, spread } = cost(one);
    const score = (Math.log(best) - mean) / spread;
    const density = Math.exp(-0.5 * score ** 2) / Math.sqrt(2 * Math.PI);
    return inTime * spread * (score * normalProbability(score) + density);
  });
};

const CHERRY_PICK_FIRST = 3;
const FLAT_PRIOR = { constantSpread: 1, linearSpread: [0, 0, 0] };
const REACH = 0.6;

function processOn(tried: readonly Configuration[], valueOf: (one: Configuration) => number) {
  const inputOf = (one: Configuration) => valuesOf(one).map((value) => Math.log(value) / REACH);
  const centre = mean(tried.map((one) => Math.log(valueOf(one))));
  const process = new GaussianProcess(
    {
      inputs: tried.map(inputOf),
      targets: tried.map((one) => Math.log(valueOf(one)) - centre),
      noiseScale: tried.map(() => 1),
    },
    FLAT_PRIOR,
    LOG_RUNTIME_HYPER_PRIORS,
  );
  return (one: Configuration) => {
    const { mean: off, spread } = process.predict(inputOf(one));
    return { mean: centre + off, spread };
  };
}

function valuesOf({ totalVcpus, memoryGibPerVcpu, vcpusPerNode }: Configuration): number[] {
  return [totalVcpus, memoryGibPerVcpu, vcpusPerNode];
}

/** A cluster of the usual size and memory: nothing is known yet, so nothing extreme. */
function middleOf(left: readonly Configuration[]): Configuration | undefined {
  const logs = left.map((one) => valuesOf(one).map(Math.log));
  const centre = [0, 1, 2].map((k) => mean(logs.map((values) => values[k] ?? 0)));
  return most(
    left,
    (one) => -Math.hypot(...valuesOf(one).map((value, k) => Math.log(value) - (centre[k] ?? 0))),
  );
}

/** The lowest cost in time; null when none was. */
export function bestCost(tried: readonly Configuration[], deadlineSeconds: number): number | null {
  const costs = tried.filter((one) => one.runtimeSeconds <= deadlineSeconds).map(({ cost }) => cost);
  return costs.length === 0 ? null : Math.min(...costs);
}

function most<T>(choices: readonly T[], valueOf: (choice: T) => number): T | undefined {
  let best: { choice: T; value: number } | undefined;
  for (const choice of choices) {
    const value = valueOf(choice);
    if (best === undefined || value > best.value) best = { choice, value };
  }
  return best?.choice;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const STRATEGIES: Readonly<Record<string, Strategy>> = {
  flarepath,
  'cherry-pick': cherryPick,
  random,
};
