import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pool } from '../../../core/contracts/market.ts';
import { USUAL_LAYOUT } from '../../../core/executors/layout-rules.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import {
  fitRuntimeModel,
  predictRuntime,
  type RuntimeModel,
} from '../../../core/runtime-model/runtime-model.ts';
import { runtimeFloor } from '../../../core/runtime-model/runtime-floor.ts';
import { eligibleArenas } from '../../../core/sizing/arenas.ts';
import { CostFloorSearch } from '../../../core/sizing/bound/cost-floor.ts';
import { everyFleet } from '../../../bench/sizing/every-fleet.ts';
import { drawScenarios } from '../../../core/sizing/scenarios.ts';
import { CandidateBook, type SizingProblem } from '../../../core/sizing/sizing-problem.ts';
import { highsSolver } from '../../../lambdas/runtime/highs.ts';
import { forecastOf, jobOf, marketOf, modelOf } from './cases.ts';

const solver = await highsSolver();

const lawModel: RuntimeModel = { ...modelOf(800), refinement: null };
const unseenModel = fitRuntimeModel({ task: 'etl', runs: [], baseline: null });
const models: readonly RuntimeModel[] = [
  lawModel,
  modelOf(800),
  unseenModel,
  {
    ...lawModel,
    coefficients: { ...lawModel.coefficients, secondsPerCore: 8, spillCoreSecondsPerGib: 900 },
    seen: { ...lawModel.seen!, coreSpeeds: [1.08, 1.3] },
  },
];

const names = ['m5.xlarge', 'c5.2xlarge', 'r5.xlarge', 'm6g.xlarge', 'c6g.2xlarge', 'm5.2xlarge'];
const instance = fc.record({
  model: fc.constantFrom(...models),
  gib: fc.integer({ min: 5, max: 120 }),
  minutes: fc.integer({ min: 20, max: 240 }),
  reclaims: fc.constantFrom(0, 0.05, 0.8),
  types: fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 4 }),
  discounts: fc.array(fc.double({ min: 0.25, max: 0.9, noNaN: true }), { minLength: 6, maxLength: 6 }),
  allowedLate: fc.constantFrom(0.01, 0.05, 0.2),
  quota: fc.constantFrom(null, 20),
  seed: fc.integer(),
});

type Instance = typeof instance extends fc.Arbitrary<infer T> ? T : never;

function problemOf(each: Instance): SizingProblem {
  const whole = marketOf(['m5', 'c5', 'r5', 'm6g', 'c6g'], { zones: ['us-east-1a'] });
  const pools = whole.pools
    .filter((pool) => each.types.includes(pool.instanceType.name))
    .map((pool, i): Pool => {
      const spot = pool.onDemandUsdPerHour * each.discounts[i % each.discounts.length]!;
      return {
        ...pool,
        spotUsdPerHour: spot,
        spotHighUsdPerHour: spot * (1 + (i % 3) / 4),
        reclaimsPerHour: each.reclaims,
        ...(i === 1 ? { spotShareMost: 0.3 } : {}),
      };
    });
  const primary = whole.pools.find(({ instanceType }) => instanceType.name === 'm5.xlarge')!;
  const arm = whole.pools.find(({ instanceType }) => instanceType.name === 'm6g.xlarge')!;
  return {
    arenas: eligibleArenas(jobOf(), { ...whole, pools: [...pools, primary, arm] }),
    model: each.model,
    scenarios: drawScenarios(forecastOf(each.gib, 0.2).inputBytes, 60, `${each.seed}`),
    secondsLeft: each.minutes * 60,
    allowedLate: each.allowedLate,
    limitUsd: 40,
    spentUsd: 0,
    maxNodes: 5,
    diskGibPerNode: 64,
    layout: USUAL_LAYOUT,
    vcpuQuotaOnDemand: each.quota,
    vcpuQuotaSpot: null,
  };
}

describe('the cost floor', () => {
  test('is undercut by none of all feasible fleets, and close to the best', () => {
    const gaps: number[] = [];
    fc.assert(
      fc.property(instance, (each) => {
        const problem = problemOf(each);
        const book = new CandidateBook(problem);
        let best = Number.POSITIVE_INFINITY;
        for (const genome of everyFleet(problem)) {
          const { violation, judgement } = book.judge(genome);
          if (violation === 0) best = Math.min(best, judgement.costUsd);
        }
        const known = best === Number.POSITIVE_INFINITY ? undefined : best * 1.5;
        const { costUsd } = new CostFloorSearch(problem, solver, { cells: 150, tolerance: 0.001 }).run(known);
        expect(costUsd).toBeLessThanOrEqual(best * (1 + 1e-9));
        if (best < Number.POSITIVE_INFINITY) gaps.push(1 - costUsd / best);
      }),
      { numRuns: 40 },
    );
    expect(gaps.length).toBeGreaterThan(10);
    expect(gaps.sort((a, b) => a - b)[gaps.length >> 1]).toBeLessThan(0.35);
  });

  test('says that there is no fleet where none can be in time', () => {
    const problem = { ...problemOf(fc.sample(instance, { numRuns: 1, seed: 1 })[0]!), secondsLeft: 60 };
    const { costUsd } = new CostFloorSearch(problem, solver, { cells: 100, tolerance: 0.01 }).run(undefined);
    expect(costUsd).toBe(Number.POSITIVE_INFINITY);
  });
});

test('no cluster of a range is predicted faster, or surer, than the range’s floor', () => {
  const rng = seededRng('floor');
  const between = (low: number, high: number) => low * (high / low) ** rng();
  for (const model of models) {
    for (let i = 0; i < 400; i += 1) {
      const cores = between(2, 2000);
      const memory = between(500, 16_000);
      const width = 1 + rng() * 0.5;
      const coreSpeed = rng() < 0.5 ? (model.seen?.coreSpeeds[0] ?? 1) : 1.77;
      const bytes = between(1, 3000) * 1024 ** 3;
      const floor = runtimeFloor(model, bytes, {
        effectiveCores: [cores, cores * width],
        memoryMibPerEffectiveCore: [memory, memory * width],
        memoryMibPerCore: [memory * coreSpeed, memory * width * coreSpeed],
        coreSpeed,
      });
      const effective = cores * width ** rng();
      const predicted = predictRuntime(model, {
        inputBytes: bytes,
        cores: effective / coreSpeed,
        nodes: 3,
        memoryMib: memory * width ** rng() * effective,
        coreSpeed,
      });
      expect(floor.logMedianSeconds).toBeLessThanOrEqual(Math.log(predicted.medianSeconds) + 1e-9);
      predicted.logResidual.forEach((residual, q) =>
        expect(floor.logResidual[q]).toBeLessThanOrEqual(residual + 1e-9),
      );
    }
  }
});
