import type { Pool } from '../../contracts/market.ts';
import type { Arena } from '../arenas.ts';

/** The pools that lines of fleets are drawn for. */
export interface WorthwhilePools {
  /** a type costs the same in all zones: one of them stands for all */
  readonly onDemand: ReadonlySet<Pool>;
  readonly onSpot: ReadonlySet<Pool>;
}

interface Priced {
  readonly pool: Pool;
  readonly usdPerHour: number;
  readonly reclaimsPerHour: number;
}

/**
 * Pools of which none of the same size and architecture, in any zone, costs no more, has no less of anything, and vanishes
 * no more often.
 */
export function worthwhilePools(arenas: readonly Arena[]): WorthwhilePools {
  const onDemand = arenas.flatMap(({ pools }) =>
    pools.map((pool) => ({
      pool,
      usdPerHour: pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour,
      reclaimsPerHour: 0,
    })),
  );
  const onSpot = arenas.flatMap(({ pools, spotGroups }) =>
    spotGroups.flat().flatMap((i) => {
      const pool = pools[i];
      if (pool === undefined || pool.spotUsdPerHour === null) return [];
      const usdPerHour = pool.spotUsdPerHour + pool.emrFeeUsdPerHour;
      return [{ pool, usdPerHour, reclaimsPerHour: pool.reclaimsPerHour }];
    }),
  );
  return { onDemand: unbeaten(onDemand), onSpot: unbeaten(onSpot) };
}

function unbeaten(priced: Priced[]): Set<Pool> {
  const kept = new Map<string, Priced[]>();
  // cheapest first: only what came before can beat
  for (const each of priced.sort((one, other) => one.usdPerHour - other.usdPerHour)) {
    const { architecture, vcpus } = each.pool.instanceType;
    const size = `${architecture}/${vcpus}`;
    const rivals = kept.get(size);
    if (rivals === undefined) kept.set(size, [each]);
    else if (!rivals.some((rival) => beats(rival, each))) rivals.push(each);
  }
  return new Set([...kept.values()].flatMap((each) => each.map(({ pool }) => pool)));
}

function beats(rival: Priced, other: Priced): boolean {
  const [one, two] = [rival.pool.instanceType, other.pool.instanceType];
  return (
    one.memoryMib >= two.memoryMib &&
    one.coreSpeed >= two.coreSpeed &&
    rival.reclaimsPerHour <= other.reclaimsPerHour &&
    // a pool that is only tried may not hold a fleet
    rival.pool.spotShareMost === undefined
  );
}
