import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Pool } from '../contracts/market.ts';
import { surveyedNodePrices } from '../market/node-prices.ts';
import { fleetsOf, type FleetDesign } from './fleet-design.ts';
import type { SizingRequest } from './sizing-request.ts';
import { substitutesFor } from './substitutes.ts';

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
  | 'substitutes'
  | 'ebsGib'
  | 'nodeUsdPerHour'
  | 'storageUsdPerGibMonth'
  | 'market'
>;

/**
 * The part of a plan that follows from the request and the fleet alone.
 *
 * @param pools  eligible ones of the fleet's zone and architecture: what may stand in for its types in flight
 */
export function planFrame(
  { job, market, runKey, now, deadlineAt }: SizingRequest,
  design: FleetDesign,
  pools: readonly Pool[] = [],
): PlanFrame {
  const fleets = fleetsOf(design);
  const substitutes = substitutesFor(design, pools);
  const priced = [...fleets, { instanceTypes: substitutes }];
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
    ...(substitutes.length === 0 ? {} : { substitutes }),
    ebsGib: job.capacity.diskGibPerNode,
    nodeUsdPerHour: surveyedNodePrices(priced, market.pools, design.zone),
    ...(storageUsdPerGibMonth === undefined ? {} : { storageUsdPerGibMonth }),
    market: { source: market.source, surveyedAt: market.surveyedAt, notes: market.notes },
  };
}
