import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { surveyedNodePrices } from '../market/node-prices.ts';
import { fleetsOf, type FleetDesign } from './fleet-design.ts';
import type { SizingRequest } from './sizing-request.ts';

/** What a plan says whoever chose its fleet: which run, where, which machines, and what these cost as surveyed. */
type PlanFrame = Pick<
  FleetPlan,
  | 'runKey'
  | 'job'
  | 'plannedAt'
  | 'deadlineAt'
  | 'region'
  | 'zone'
  | 'architecture'
  | 'fleets'
  | 'executor'
  | 'ebsGib'
  | 'nodeUsdPerHour'
  | 'storageUsdPerGibMonth'
  | 'market'
>;

/** The part of a plan that follows from the request and the fleet alone. */
export function planFrame(
  { job, market, runKey, now, deadlineAt }: SizingRequest,
  design: FleetDesign,
): PlanFrame {
  const fleets = fleetsOf(design);
  const { storageUsdPerGibMonth } = design.core;
  return {
    runKey,
    job: job.name,
    plannedAt: now,
    deadlineAt,
    region: market.region,
    zone: design.zone,
    architecture: design.architecture,
    fleets,
    executor: design.executors.shape,
    ebsGib: job.capacity.diskGibPerNode,
    nodeUsdPerHour: surveyedNodePrices(fleets, market.pools, design.zone),
    ...(storageUsdPerGibMonth === undefined ? {} : { storageUsdPerGibMonth }),
    market: { source: market.source, surveyedAt: market.surveyedAt, notes: market.notes },
  };
}
