import type { Market, Pool } from '../contracts/market.ts';
import { emrFee, instanceTypeByName } from '../market/catalogue.ts';
import type { Arena } from './arenas.ts';
import { buildDesign, type FleetDesign } from './fleet-design.ts';
import type { FleetGenome } from './fleet-genome.ts';
import type { SizingJob } from './sizing-request.ts';

/**
 * The fleet a team would have today: so many nodes of one type, on demand, whatever the job's capacity rules say.
 *
 * @returns undefined when the job names none, or names a type that neither market nor catalogue knows
 */
export function baselineDesign(job: SizingJob, market: Market, beside: FleetDesign): FleetDesign | undefined {
  if (job.baseline === undefined) return undefined;
  const pool = poolOf(job.baseline.instanceType, market, beside.zone);
  if (pool === undefined) return undefined;
  return buildDesign({
    primary: beside.primary,
    core: pool,
    coreNodes: job.baseline.count,
    task: [],
    taskSpotNodes: 0,
    taskOnDemandNodes: 0,
    diskGibPerNode: job.capacity.diskGibPerNode,
  });
}

/** The baseline as a fleet to begin the search with, where it is eligible. */
export function baselineGenomes({ baseline }: SizingJob, arenas: readonly Arena[]): FleetGenome[] {
  if (baseline === undefined) return [];
  return arenas.flatMap((place, arena) => {
    const core = place.pools.findIndex((pool) => pool.instanceType.name === baseline.instanceType);
    if (core < 0) return [];
    return [{ arena, core, coreNodes: baseline.count, task: [], taskSpotNodes: 0, taskOnDemandNodes: 0 }];
  });
}

function poolOf(name: string, market: Market, zone: string): Pool | undefined {
  const offered = market.pools.filter((pool) => pool.instanceType.name === name);
  const known = offered.find((pool) => pool.zone === zone) ?? offered[0];
  if (known !== undefined) return known;
  const instanceType = instanceTypeByName(name);
  if (instanceType === undefined) return undefined;
  const fee = emrFee(instanceType);
  return {
    instanceType,
    zone,
    onDemandUsdPerHour: instanceType.onDemandUsdPerHour,
    spotUsdPerHour: null,
    spotHighUsdPerHour: null,
    emrFeeUsdPerHour: fee.usdPerHour,
    emrFeeEstimated: fee.estimated,
    reclaimsPerHour: 0,
  };
}
