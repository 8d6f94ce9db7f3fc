import type { Pool } from '../../contracts/market.ts';
import { MIB_PER_GIB } from '../../units.ts';
import type { Arena } from '../arenas.ts';

/** A core node that holds the driver beside an executor without stunting it. */
const ROOMY_CORE_MIB = 15 * MIB_PER_GIB;

/** Core nodes on demand, of one type. */
export interface CoreFleet {
  /** index into the arena's pools */
  readonly core: number;
  readonly coreNodes: number;
  readonly usdPerHour: number;
  readonly vcpus: number;
  /** vCPUs by speed */
  readonly work: number;
  readonly memoryMib: number;
}

export function coreFleetOf(pool: Pool, core: number, coreNodes: number): CoreFleet {
  const { vcpus, coreSpeed, memoryMib } = pool.instanceType;
  return {
    core,
    coreNodes,
    usdPerHour: coreNodes * (pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour),
    vcpus: coreNodes * vcpus,
    work: coreNodes * vcpus * coreSpeed,
    memoryMib: coreNodes * memoryMib,
  };
}

/** An arena's cheapest core fleets, by the vCPUs that they have at least. */
export class LeastCoreFleets {
  private readonly known = new Map<number, CoreFleet>();
  private readonly pools: readonly { pool: Pool; core: number; vcpus: number; usdPerHour: number }[];

  constructor({ pools }: Arena) {
    const all = pools.map((pool, core) => ({
      pool,
      core,
      vcpus: pool.instanceType.vcpus,
      usdPerHour: pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour,
    }));
    const roomy = all.filter(({ pool }) => pool.instanceType.memoryMib >= ROOMY_CORE_MIB);
    this.pools = roomy.length > 0 ? roomy : all;
  }

  of(leastVcpus: number): CoreFleet {
    const needed = Math.max(1, Math.ceil(leastVcpus));
    const known = this.known.get(needed);
    if (known !== undefined) return known;
    let best = this.pools[0];
    let leastUsd = Number.POSITIVE_INFINITY;
    for (const each of this.pools) {
      const usd = Math.ceil(needed / each.vcpus) * each.usdPerHour;
      if (usd >= leastUsd) continue;
      leastUsd = usd;
      best = each;
    }
    if (best === undefined) throw new RangeError('an arena without pools holds no core fleet');
    const made = coreFleetOf(best.pool, best.core, Math.ceil(needed / best.vcpus));
    this.known.set(needed, made);
    return made;
  }
}
