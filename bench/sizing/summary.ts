import { sampleQuantile } from '../../core/numerics/quantiles.ts';
import { BASELINES, type BaselineName } from './baselines.ts';
import { aboveThePlan, type Measured } from './measure-instance.ts';
import type { FrontRatio } from './test-problems.ts';

/** A plan counts as the optimum when it costs more than it by less than this share. */
const SAME = 1e-9;

/** What `--json` says; docs/benchmarks.md has each member's meaning. */
export interface SizingSummary {
  readonly instances: number;
  readonly feasiblePercent: number;
  readonly medianGapPercent: number | null;
  readonly medianRegretPercent: number | null;
  readonly worstRegretPercent: number | null;
  readonly smallOptimaFound: number;
  readonly smallInstances: number;
  readonly medianMs: number | null;
  readonly worstMs: number | null;
  readonly gainOverSeedPercentMedian: number | null;
  readonly hypervolumeRatio: number | null;
  readonly lateOnFreshDraws: number;
  readonly baselines: Record<BaselineName, number | null>;
  readonly testProblems: readonly FrontRatio[];
}

/** The suite's figures over its instances. */
export function summarise(measured: readonly Measured[], testProblems: readonly FrontRatio[]): SizingSummary {
  const regrets = measured.flatMap((each) => regretOf(each) ?? []);
  const times = measured.map(({ milliseconds }) => milliseconds);
  const small = measured.filter(({ optimumUsd }) => optimumUsd !== null);
  const above = measured.map(aboveThePlan);
  const medianAbove = (name: BaselineName) => medianOf(above.flatMap((each) => each[name] ?? []));
  const [plainNsga2, greedyCheapest, onDemand, diversifiedDefault, bestHighsSeed] = BASELINES;
  return {
    instances: measured.length,
    feasiblePercent:
      measured.length === 0
        ? 0
        : (100 * measured.filter(({ feasible }) => feasible).length) / measured.length,
    medianGapPercent: medianOf(measured.flatMap((each) => gapOf(each) ?? [])),
    medianRegretPercent: medianOf(regrets),
    worstRegretPercent: regrets.length === 0 ? null : Math.max(...regrets),
    smallOptimaFound: small.filter(({ costUsd, optimumUsd }) => isOptimum(costUsd, optimumUsd)).length,
    smallInstances: small.length,
    medianMs: medianOf(times),
    worstMs: times.length === 0 ? null : Math.max(...times),
    gainOverSeedPercentMedian: medianOf(
      measured.filter(({ kind }) => kind === 'non-linear').flatMap((each) => gainOverSeedOf(each) ?? []),
    ),
    hypervolumeRatio: medianOf(measured.flatMap((each) => each.hypervolumeRatio ?? [])),
    lateOnFreshDraws: measured.filter((each) => (each.lateOnFreshDraws ?? 0) > each.allowedLate).length,
    baselines: {
      plainNsga2: medianAbove(plainNsga2),
      greedyCheapest: medianAbove(greedyCheapest),
      onDemand: medianAbove(onDemand),
      diversifiedDefault: medianAbove(diversifiedDefault),
      bestHighsSeed: medianAbove(bestHighsSeed),
    },
    testProblems,
  };
}

/** What a plan costs more than the best known one, %. */
export function regretOf({ costUsd, bestKnownUsd }: Measured): number | null {
  return costUsd === null || bestKnownUsd === null ? null : 100 * (costUsd / bestKnownUsd - 1);
}

/** What a plan costs more than the bound that no plan undercuts, %. */
export function gapOf({ costUsd, floorUsd }: Measured): number | null {
  return costUsd === null || floorUsd === null ? null : 100 * (costUsd / floorUsd - 1);
}

/** What a plan costs less than the best of its linear seeds, % of the seed; a seed that is not feasible is no seed. */
export function gainOverSeedOf({ costUsd, baselines }: Measured): number | null {
  return costUsd === null || baselines.bestHighsSeed === null
    ? null
    : 100 * (1 - costUsd / baselines.bestHighsSeed);
}

function isOptimum(costUsd: number | null, optimumUsd: number | null): boolean {
  return costUsd !== null && optimumUsd !== null && costUsd <= optimumUsd * (1 + SAME);
}

function medianOf(values: readonly number[]): number | null {
  return values.length === 0
    ? null
    : sampleQuantile(
        [...values].sort((a, b) => a - b),
        0.5,
      );
}
