import type { Market, Pool } from '../contracts/market.ts';
import { PRIMARY_MIN_VCPUS, suitsPrimary, typeRules } from '../market/candidate-types.ts';
import type { SizingJob } from './sizing-request.ts';
import { NoFeasiblePlanError } from './sizing-errors.ts';

/** One zone and architecture: everything a fleet can be built from, as EMR puts a cluster into one zone. */
export interface Arena {
  readonly zone: string;
  readonly architecture: Pool['instanceType']['architecture'];
  /** pools for core and task nodes, cheapest on-demand work first */
  readonly pools: readonly Pool[];
  readonly primary: Pool;
  /** indices into `pools` of those sold on spot, by vCPU count, cheapest spot work first */
  readonly spotGroups: readonly (readonly number[])[];
}

/** USD per hour and unit of m5-equivalent work, EMR fee included. */
function onDemandUsdPerWork(pool: Pool): number {
  return (pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour) / workPerHour(pool);
}

function spotUsdPerWork(pool: Pool): number {
  return ((pool.spotUsdPerHour ?? Number.POSITIVE_INFINITY) + pool.emrFeeUsdPerHour) / workPerHour(pool);
}

function workPerHour({ instanceType }: Pool): number {
  return instanceType.vcpus * instanceType.coreSpeed;
}

/**
 * What a job may be placed on, by zone and architecture.
 *
 * @param extra  a rule beside the job's own
 * @throws NoFeasiblePlanError  when nothing on the market suits the job's capacity rules; says which rule left nothing
 */
export function eligibleArenas(job: SizingJob, market: Market, extra?: EligibilityRule): Arena[] {
  let left: readonly Pool[] = market.pools;
  for (const rule of [...rulesOf(job, market), ...(extra === undefined ? [] : [extra])]) {
    const next = left.filter((pool) => rule.holds(pool));
    if (next.length === 0) throw nothingLeft(rule.name, left);
    left = next;
  }
  const arenas: Arena[] = [];
  for (const group of groupByPlace(left).values()) {
    const arena = arenaOf(group, market.pools, job.capacity.spot);
    if (arena !== undefined) arenas.push(arena);
  }
  if (arenas.length === 0) {
    throw new NoFeasiblePlanError(
      'capacity',
      `No zone of ${market.region} offers a primary node of at least ${PRIMARY_MIN_VCPUS} vCPUs and 16 GiB.`,
    );
  }
  return arenas;
}

/** Whether anything on the market suits a job's capacity rules. @param extra  a rule beside these */
export function suitsSomewhere(job: SizingJob, market: Market, extra?: EligibilityRule): boolean {
  try {
    return eligibleArenas(job, market, extra).length > 0;
  } catch (error) {
    if (error instanceof NoFeasiblePlanError) return false;
    throw error;
  }
}

export interface EligibilityRule {
  readonly name: string;
  holds(pool: Pool): boolean;
}

function rulesOf(job: SizingJob, { typesOfRelease }: Market): EligibilityRule[] {
  const { zones } = job.capacity;
  return [
    {
      name: `capacity.zones [${zones.join(', ')}]`,
      holds: ({ zone }) => zones.length === 0 || zones.includes(zone),
    },
    // EMR itself listed the types of this market for this release
    ...typeRules(job, typesOfRelease === job.release ? () => true : undefined).map(({ name, holds }) => ({
      name,
      holds: ({ instanceType }: Pool) => holds(instanceType),
    })),
  ];
}

function nothingLeft(rule: string, before: readonly Pool[]): NoFeasiblePlanError {
  const families = [...new Set(before.map((pool) => pool.instanceType.family))].sort().join(', ');
  const zones = [...new Set(before.map((pool) => pool.zone))].sort().join(', ');
  return new NoFeasiblePlanError(
    'capacity',
    `No instance type satisfies ${rule}: the market offers families ${families} in ${zones} there; widen that rule.`,
  );
}

function groupByPlace(pools: readonly Pool[]): Map<string, Pool[]> {
  const places = new Map<string, Pool[]>();
  for (const pool of pools) {
    const key = `${pool.zone}/${pool.instanceType.architecture}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, [pool]);
    else place.push(pool);
  }
  return places;
}

function arenaOf(eligible: readonly Pool[], all: readonly Pool[], spot: boolean): Arena | undefined {
  const [first] = eligible;
  if (first === undefined) return undefined;
  const { zone } = first;
  const { architecture } = first.instanceType;
  const primary = primaryOf(
    all.filter((pool) => pool.zone === zone && pool.instanceType.architecture === architecture),
    eligible,
  );
  if (primary === undefined) return undefined;
  const pools = [...eligible].sort(
    (a, b) =>
      onDemandUsdPerWork(a) - onDemandUsdPerWork(b) || compareText(a.instanceType.name, b.instanceType.name),
  );
  return { zone, architecture, pools, primary, spotGroups: spot ? spotGroupsOf(pools) : [] };
}

/** The cheapest node that holds EMR's daemons: of the job's own families when one suits, else of any without GPU. */
function primaryOf(local: readonly Pool[], eligible: readonly Pool[]): Pool | undefined {
  const cheapest = (pools: readonly Pool[]) =>
    pools
      .filter(({ instanceType }) => suitsPrimary(instanceType))
      .reduce<Pool | undefined>((best, pool) => {
        const price = pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour;
        return best === undefined || price < best.onDemandUsdPerHour + best.emrFeeUsdPerHour ? pool : best;
      }, undefined);
  return cheapest(eligible) ?? cheapest(local);
}

function spotGroupsOf(pools: readonly Pool[]): number[][] {
  const groups = new Map<number, number[]>();
  pools.forEach((pool, i) => {
    if (pool.spotUsdPerHour === null) return;
    const group = groups.get(pool.instanceType.vcpus);
    if (group === undefined) groups.set(pool.instanceType.vcpus, [i]);
    else group.push(i);
  });
  const price = (i: number) => {
    const pool = pools[i];
    return pool === undefined ? Number.POSITIVE_INFINITY : spotUsdPerWork(pool);
  };
  return [...groups.values()].map((group) => group.sort((a, b) => price(a) - price(b) || a - b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
