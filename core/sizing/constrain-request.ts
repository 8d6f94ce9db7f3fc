import type { Market, Pool } from '../contracts/market.ts';
import { suitsSomewhere } from './arenas.ts';
import type { PlanConstraints, PoolName } from './plan-constraints.ts';
import type { SizingJob } from './sizing-request.ts';

/** EBS volumes of a node are at most this large, as in job files. */
const DISK_GIB_MAX = 16_384;

interface Constrained {
  readonly job: SizingJob;
  readonly market: Market;
  readonly reasons: readonly string[];
}

/**
 * The job and the market as constraints leave them. A place or a pool is avoided only while something remains that
 * suits the job: with one zone there is no other one, and that is said.
 */
export function constrain(job: SizingJob, market: Market, constraints: PlanConstraints): Constrained {
  const constrained: SizingJob = {
    ...job,
    capacity: {
      ...job.capacity,
      spot: job.capacity.spot && !constraints.onDemandOnly,
      diskGibPerNode: Math.min(job.capacity.diskGibPerNode * constraints.diskFactor, DISK_GIB_MAX),
    },
  };
  const { avoidZones, avoidPools } = constraints;
  const avoided = new Set(avoidPools.map(poolKey));
  const attempts: readonly [string, (pool: Pool) => boolean][] = [
    [`zone ${avoidZones.join(', ')}`, ({ zone }) => !avoidZones.includes(zone)],
    ['the pools of earlier attempts', (pool) => !avoided.has(poolKey(nameOf(pool)))],
  ];
  const reasons = [...constraints.reasons];
  let { pools } = market;
  for (const [what, keeps] of attempts) {
    const left = pools.filter(keeps);
    if (left.length === pools.length) continue;
    if (suitsSomewhere(constrained, { ...market, pools: left })) pools = left;
    else reasons.push(`Nothing that suits the job lies outside ${what}: it is used again.`);
  }
  return { job: constrained, market: { ...market, pools }, reasons };
}

function nameOf({ instanceType, zone }: Pool): PoolName {
  return { instanceType: instanceType.name, zone };
}

function poolKey({ instanceType, zone }: PoolName): string {
  return `${instanceType}@${zone}`;
}
