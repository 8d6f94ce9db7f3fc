import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import type { Pool } from '../../../core/contracts/market.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { buildDesign } from '../../../core/sizing/fleet-design.ts';
import type { SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { planHandler } from './plan-handler.ts';
import { planOfDesign } from './plan-of-design.ts';

/** Part of the baseline that stays on demand, as core nodes: driver, HDFS, and what keeps a run going. */
const CORE_SHARE = 0.25;
const TYPES_MAX = 15;

/**
 * The fleet that a team gives to managed scaling: a quarter of its baseline on demand as core nodes, the rest as
 * spot task nodes of the baseline's type and its siblings (as many vCPUs, as much memory), in the zone where these
 * are cheapest. What managed scaling does with it is EMR's.
 */
export const planManagedScaling = planHandler(({ request }) => managedPlan(request));

function managedPlan(request: SizingRequest): FleetPlan {
  const { job, market } = request;
  const { baseline } = job;
  const places = market.pools.filter(({ instanceType }) => instanceType.name === baseline?.instanceType);
  const candidates = places.map((core) => ({ core, siblings: siblingsOf(core, market.pools) }));
  const best = candidates.sort((a, b) => meanUsd(a.siblings) - meanUsd(b.siblings))[0];
  if (baseline === undefined || best === undefined) {
    throw new InvalidInputError(
      `${job.name}: found ${baseline === undefined ? 'no baseline' : `the baseline type ${baseline.instanceType}, which is on no offer`}; allowed: a baseline whose type the job’s capacity admits.`,
    );
  }
  const { core, siblings } = best;
  const coreNodes = Math.ceil(baseline.count * CORE_SHARE);
  const taskNodes = baseline.count - coreNodes;
  const spot = siblings.length > 0;
  const design = buildDesign({
    primary: core,
    core,
    coreNodes,
    task: spot ? siblings : [core],
    taskSpotNodes: spot ? taskNodes : 0,
    taskOnDemandNodes: spot ? 0 : taskNodes,
    diskGibPerNode: job.capacity.diskGibPerNode,
  });
  return planOfDesign(request, design, 'managed scaling', 'A quarter on demand, the rest on spot.');
}

/** Spot pools of the same zone with the same size of machine, the cheapest first. */
function siblingsOf(core: Pool, pools: readonly Pool[]): Pool[] {
  const { vcpus, memoryMib, architecture, gpus } = core.instanceType;
  return pools
    .filter(({ zone, spotUsdPerHour, instanceType: type }) => {
      const alike = type.vcpus === vcpus && type.memoryMib === memoryMib && type.gpus === gpus;
      return zone === core.zone && spotUsdPerHour !== null && alike && type.architecture === architecture;
    })
    .sort((a, b) => (a.spotUsdPerHour ?? 0) - (b.spotUsdPerHour ?? 0))
    .slice(0, TYPES_MAX);
}

function meanUsd(pools: readonly Pool[]): number {
  if (pools.length === 0) return Infinity;
  return pools.reduce((sum, pool) => sum + (pool.spotUsdPerHour ?? 0), 0) / pools.length;
}
