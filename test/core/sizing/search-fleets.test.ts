import { describe, expect, test } from 'vitest';
import { USUAL_LAYOUT } from '../../../core/executors/layout-rules.ts';
import { eligibleArenas } from '../../../core/sizing/arenas.ts';
import { repairGenome, type FleetGenome } from '../../../core/sizing/fleet-genome.ts';
import { drawScenarios } from '../../../core/sizing/scenarios.ts';
import { screenedSeeds } from '../../../core/sizing/screening/screened-seeds.ts';
import { searchFleets } from '../../../core/sizing/search-fleets.ts';
import { CandidateBook, type SizingProblem } from '../../../core/sizing/sizing-problem.ts';
import { forecastOf, jobOf, marketOf, modelOf } from './cases.ts';

const model = modelOf(800);
const few = ['m5.xlarge', 'm5.2xlarge', 'c5.xlarge', 'c5.2xlarge', 'm6g.xlarge', 'm6g.2xlarge'];

function smallProblem(minutes: number, gib: number, reclaimed = 0): SizingProblem {
  const whole = marketOf(['m5', 'c5', 'm6g'], { zones: ['us-east-1a'] });
  const pools = whole.pools
    .filter((pool) => few.includes(pool.instanceType.name))
    .map((pool) => ({ ...pool, reclaimsPerHour: pool.reclaimsPerHour + reclaimed }));
  return {
    arenas: eligibleArenas(jobOf(), { ...whole, pools }),
    model,
    scenarios: drawScenarios(forecastOf(gib).inputBytes, 100, 'small'),
    secondsLeft: minutes * 60,
    allowedLate: 0.05,
    limitUsd: 40,
    spentUsd: 0,
    maxNodes: 5,
    diskGibPerNode: 64,
    layout: USUAL_LAYOUT,
    vcpuQuotaOnDemand: null,
    vcpuQuotaSpot: null,
  };
}

/** Every fleet there is, and the cheapest that holds every constraint. */
function exhaustiveOptimum(problem: SizingProblem): { cost: number; count: number } {
  const seen = new Set<string>();
  const book = new CandidateBook(problem);
  let cost = Number.POSITIVE_INFINITY;
  for (const genome of everyGenome(problem)) {
    const key = JSON.stringify(genome);
    if (seen.has(key)) continue;
    seen.add(key);
    const candidate = book.judge(genome);
    if (candidate.violation === 0) cost = Math.min(cost, candidate.judgement.costUsd);
  }
  return { cost, count: seen.size };
}

function* everyGenome(problem: SizingProblem): Generator<FleetGenome> {
  const counts = Array.from({ length: problem.maxNodes + 1 }, (_, i) => i);
  for (const [arena, place] of problem.arenas.entries()) {
    const tasks = [[], ...place.spotGroups.flatMap((group) => subsetsOf(group))];
    for (const core of place.pools.keys()) {
      for (const coreNodes of counts.slice(1)) {
        for (const task of tasks) {
          for (const taskSpotNodes of counts) {
            for (const taskOnDemandNodes of counts) {
              yield repairGenome({ arena, core, coreNodes, task, taskSpotNodes, taskOnDemandNodes }, problem);
            }
          }
        }
      }
    }
  }
}

function subsetsOf(group: readonly number[]): number[][] {
  return group
    .reduce<number[][]>((subsets, item) => [...subsets, ...subsets.map((each) => [...each, item])], [[]])
    .slice(1);
}

describe('the search', () => {
  test.each([
    ['an easy deadline', 240, 50, 0],
    ['a tight deadline', 45, 50, 0],
    ['a tight deadline and many reclaims', 50, 50, 1],
    ['a deadline that only the largest fleets meet', 33, 50, 0],
  ])('finds the very best fleet of a small market under %s', (_, minutes, gib, reclaimed) => {
    const problem = smallProblem(minutes, gib, reclaimed);
    const optimum = exhaustiveOptimum(problem);
    const found = searchFleets(problem, 'seed', {
      populationSize: 60,
      generations: 60,
      stallGenerations: 25,
      climbs: { near: 6, far: 6, rounds: 20 },
      climbsToGoodUse: { near: 0, far: 1, rounds: 20 },
      screenedSeeds: 100,
    });
    const best = Math.min(
      ...found.candidates.filter((each) => each.violation === 0).map((each) => each.judgement.costUsd),
    );
    expect(optimum.cost).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(best / optimum.cost).toBeCloseTo(1, 9);
    expect(found.evaluations).toBeLessThan(optimum.count);
  });
});

describe('the screening before it', () => {
  const costOf = (problem: SizingProblem, most: number) => {
    const book = new CandidateBook(problem);
    const fleets = screenedSeeds(problem, most).map((genome) => book.judge(repairGenome(genome, problem)));
    const inTime = fleets.filter((each) => each.violation === 0);
    return Math.min(...inTime.map((each) => each.judgement.costUsd));
  };

  test.each([
    ['an easy deadline', 240],
    ['a tight deadline', 45],
  ])('comes within a tenth of the best with five fleets under %s', (_, minutes) => {
    const problem = smallProblem(minutes, 50);
    expect(costOf(problem, 5)).toBeLessThan(1.1 * exhaustiveOptimum(problem).cost);
  });

  test('stays within the quota of spot, and names fleets on demand for when there is none', () => {
    const problem = { ...smallProblem(45, 50), vcpuQuotaSpot: 16 };
    const fleets = screenedSeeds(problem, 40);
    const vcpusOf = ({ arena, task, taskSpotNodes }: FleetGenome) =>
      taskSpotNodes * (problem.arenas[arena]?.pools[task[0] ?? -1]?.instanceType.vcpus ?? 0);
    expect(Math.max(...fleets.map(vcpusOf))).toBeGreaterThan(0);
    expect(Math.max(...fleets.map(vcpusOf))).toBeLessThanOrEqual(16);
    expect(fleets.some(({ taskSpotNodes }) => taskSpotNodes === 0)).toBe(true);
  });
});
