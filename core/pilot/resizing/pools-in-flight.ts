import type { Fleet, FleetPlan } from '../../contracts/fleet-plan.ts';
import type { Market, Pool } from '../../contracts/market.ts';
import { executorCoresOn } from '../../executors/executor-layout.ts';
import { eligibleArenas } from '../../sizing/arenas.ts';
import type { SizingJob } from '../../sizing/sizing-request.ts';

/** A type of which executors leave more of the vCPUs empty is not asked for. */
const LEAST_FILLED_SHARE = 0.75;
/** So many types are added at most: beyond, little is gained against one pool's lack. */
const MOST_ADDED_TYPES = 4;
/** EMR takes so many types in a fleet that has an allocation strategy. */
const MOST_TYPES = 30;

/** What a flight's cluster can be made of from here on: pools of its zone, with today's prices. */
export interface PoolsInFlight {
  readonly primary: readonly Pool[];
  readonly core: readonly Pool[];
  /** of the task fleet's present types; of the core fleet's where there is none */
  readonly present: readonly Pool[];
  /** vCPUs of the largest of those */
  readonly presentUnits: number;
  /** sets of types that spot may be asked of beside those, none of them among those, cheapest work first */
  readonly spotSets: readonly (readonly Pool[])[];
  /** what EMR buys on demand: the cheapest by the unit, of the present types and with one more */
  readonly onDemand: readonly Pool[];
}

/**
 * Sorts a zone's pools by what a flight can do with them. A running cluster stays in its zone, its architecture and its
 * executors' shape; its types stay, others can be added.
 *
 * @param plan  as it flies
 * @param dry  the present types cannot be had on spot: others of any size may stand in
 * @returns null where the market does not know the fleet's present types any more
 */
export function poolsInFlight(
  plan: FleetPlan,
  job: SizingJob,
  market: Market,
  dry: boolean,
): PoolsInFlight | null {
  const poolsOf = (role: Fleet['role']): Pool[] => {
    const fleet = plan.fleets.find((each) => each.role === role);
    return (fleet?.instanceTypes ?? []).flatMap(
      ({ name }) =>
        market.pools.find(({ zone, instanceType }) => zone === plan.zone && instanceType.name === name) ?? [],
    );
  };
  const core = poolsOf('core');
  const task = poolsOf('task');
  const present = task.length > 0 ? task : core;
  if (core.length === 0) return null;
  const presentUnits = Math.max(...present.map(({ instanceType }) => instanceType.vcpus));
  // one of them may be another type on demand
  const asked = new Set(typesInFlight(plan).map(({ name }) => name));
  const room = MOST_TYPES - typesInFlight(plan).length;
  const others = eligibleArenas(job, market)
    .filter(({ zone, architecture }) => zone === plan.zone && architecture === plan.architecture)
    .flatMap(({ pools }) => pools)
    .filter((pool) => fits(pool, plan) && !asked.has(pool.instanceType.name));
  const spot = job.capacity.spot
    ? others.filter(
        ({ spotUsdPerHour, spotShareMost, instanceType }) =>
          spotUsdPerHour !== null &&
          spotShareMost === undefined &&
          (dry || instanceType.vcpus === presentUnits),
      )
    : [];
  return {
    ...{ primary: poolsOf('primary'), core, present, presentUnits },
    spotSets: setsOf(spot, Math.min(MOST_ADDED_TYPES, room - 1)),
    onDemand: cheapestOnDemand(present, room > 0 ? others : []),
  };
}

/** Types that the task fleet has; those of the core fleet where there is none: it would begin with them. */
export function typesInFlight({ fleets }: FleetPlan): Fleet['instanceTypes'] {
  const of = (role: Fleet['role']) => fleets.find((fleet) => fleet.role === role)?.instanceTypes;
  return of('task') ?? of('core') ?? [];
}

function fits({ instanceType }: Pool, { executor }: FleetPlan): boolean {
  return executorCoresOn(instanceType, executor) >= LEAST_FILLED_SHARE * instanceType.vcpus;
}

/** Of each size the cheapest type, the two cheapest, and so on. */
function setsOf(pools: readonly Pool[], mostTypes: number): Pool[][] {
  const sizes = [...new Set(pools.map(({ instanceType }) => instanceType.vcpus))];
  return sizes.flatMap((vcpus) => {
    const group = pools.filter(({ instanceType }) => instanceType.vcpus === vcpus);
    const sorted = group.toSorted((one, other) => spotUsdPerWork(one) - spotUsdPerWork(other));
    const most = Math.min(sorted.length, Math.max(mostTypes, 0));
    return Array.from({ length: most }, (_, i) => sorted.slice(0, i + 1));
  });
}

/** EMR buys on demand what costs least by the unit: a dearer type that is added is never bought. */
function cheapestOnDemand(present: readonly Pool[], others: readonly Pool[]): Pool[] {
  const usdPerUnit = (pool: Pool): number => onDemandUsdPerHour(pool) / pool.instanceType.vcpus;
  const [own] = present.toSorted((one, other) => usdPerUnit(one) - usdPerUnit(other));
  const [best] = others.toSorted((one, other) => onDemandUsdPerWork(one) - onDemandUsdPerWork(other));
  if (own === undefined) return [];
  return best !== undefined && usdPerUnit(best) < usdPerUnit(own) ? [own, best] : [own];
}

/** USD an hour for a node on demand, EMR fee included. */
export function onDemandUsdPerHour(pool: Pool): number {
  return pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour;
}

/** USD an hour for a node on spot, EMR fee included; as on demand where none is sold. */
export function spotUsdPerHour(pool: Pool): number {
  const { spotExpectedUsdPerHour, spotUsdPerHour: usd, onDemandUsdPerHour: most } = pool;
  return (spotExpectedUsdPerHour ?? usd ?? most) + pool.emrFeeUsdPerHour;
}

function spotUsdPerWork(pool: Pool): number {
  return spotUsdPerHour(pool) / (pool.instanceType.vcpus * pool.instanceType.coreSpeed);
}

function onDemandUsdPerWork(pool: Pool): number {
  return onDemandUsdPerHour(pool) / (pool.instanceType.vcpus * pool.instanceType.coreSpeed);
}
