import { expect, test } from 'vitest';
import { USUAL_LAYOUT } from '../../../core/executors/layout-rules.ts';
import type { Market } from '../../../core/contracts/market.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { eligibleArenas } from '../../../core/sizing/arenas.ts';
import { ArenaTables } from '../../../core/sizing/evaluate/arena-tables.ts';
import { FleetSums } from '../../../core/sizing/evaluate/fleet-sums.ts';
import { sumsOfDesign } from '../../../core/sizing/evaluate/sums-of-design.ts';
import { designOf } from '../../../core/sizing/fleet-design.ts';
import { randomGenome, repairGenome } from '../../../core/sizing/fleet-genome.ts';
import { jobOf, marketOf } from './cases.ts';

/** Where disks cost more than in us-east-1. */
const inDearRegion = (market: Market): Market => ({
  ...market,
  pools: market.pools.map((pool) => ({ ...pool, storageUsdPerGibMonth: 0.2 })),
});

test('the figures that a search adds up are those of the fleet as it is described to people', () => {
  const arenas = eligibleArenas(jobOf(), inDearRegion(marketOf(['m5', 'c5', 'r5', 'm6g', 'c7g'])));
  const rules = { diskGibPerNode: 64, layout: USUAL_LAYOUT };
  const tables = arenas.map((arena) => new ArenaTables(arena, rules));
  const sums = new FleetSums();
  const rng = seededRng('figures');
  const bounds = { arenas, maxNodes: 12 };
  for (let i = 0; i < 500; i += 1) {
    const genome = repairGenome(randomGenome(bounds, rng), bounds);
    tables[genome.arena]!.addUp(genome, sums);
    const described = sumsOfDesign(designOf(genome, arenas, rules));
    for (const name of [
      'nodes',
      'cores',
      'memoryMib',
      'coreSpeed',
      'steadyUsdPerHour',
      'riseUsdPerHour',
    ] as const) {
      expect(sums[name], `${name} of ${JSON.stringify(genome)}`).toBeCloseTo(described[name], 8);
    }
    for (const name of ['onDemandVcpus', 'spotVcpus', 'holdsDriver', 'gpu', 'poolCount'] as const) {
      expect(sums[name]).toBe(described[name]);
    }
    for (let k = 0; k < sums.poolCount; k += 1) {
      expect(sums.pools[k]).toBe(described.pools[k]);
      expect(sums.shares[k]).toBeCloseTo(described.shares[k]!, 9);
    }
  }
});
