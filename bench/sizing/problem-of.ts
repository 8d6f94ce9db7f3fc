import { USUAL_LAYOUT } from '../../core/executors/layout-rules.ts';
import { eligibleArenas } from '../../core/sizing/arenas.ts';
import type { Effort } from '../../core/sizing/effort.ts';
import { cautiousLateProbability } from '../../core/sizing/lateness-margin.ts';
import {
  drawScenarios,
  scenariosOf,
  type ReclaimDraws,
  type Scenarios,
} from '../../core/sizing/scenarios.ts';
import type { SizingProblem } from '../../core/sizing/sizing-problem.ts';
import type { Instance } from './instance.ts';

const NEVER: ReclaimDraws = {
  scenario: new Int32Array(),
  waits: new Float64Array(),
  refillSeconds: new Float64Array(),
};

/** An instance over its own draws: what plans are chosen and scored by. */
export function problemOf(instance: Instance): SizingProblem {
  const { draws } = instance;
  const scenarios = scenariosOf(instance.inputBytes, {
    ...draws,
    reclaimsOf: (type) => {
      const reclaims = draws.reclaims[type];
      if (reclaims === undefined) return NEVER;
      return {
        scenario: Int32Array.from(reclaims.scenario),
        waits: Float64Array.from(reclaims.waits),
        refillSeconds: Float64Array.from(reclaims.refillSeconds, (each) => each ?? Number.POSITIVE_INFINITY),
      };
    },
  });
  return withScenarios(instance, scenarios);
}

/** The same over other draws of the same distributions. */
export function problemOverFreshDraws(instance: Instance, count: number, seed: string): SizingProblem {
  return withScenarios(instance, drawScenarios(instance.inputBytes, count, seed));
}

/** The problem as a search meets it: fewer draws, and a little caution. */
export function searchedProblem(instance: Instance, effort: Effort, seed: string): SizingProblem {
  const problem = problemOverFreshDraws(instance, effort.searchScenarios, seed);
  return {
    ...problem,
    allowedLate: cautiousLateProbability(problem.allowedLate, effort.searchScenarios),
  };
}

function withScenarios({ job, market, model, secondsLeft }: Instance, scenarios: Scenarios): SizingProblem {
  return {
    arenas: eligibleArenas(job, market),
    model,
    scenarios,
    secondsLeft,
    allowedLate: 1 - job.slo.target,
    limitUsd: job.budget.perRun.limitUsd,
    spentUsd: 0,
    maxNodes: job.capacity.maxNodes,
    diskGibPerNode: job.capacity.diskGibPerNode,
    layout: USUAL_LAYOUT,
    vcpuQuotaOnDemand: market.vcpuQuotaOnDemand,
    vcpuQuotaSpot: market.vcpuQuotaSpot,
  };
}
