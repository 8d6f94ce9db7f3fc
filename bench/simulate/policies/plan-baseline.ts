import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { buildDesign } from '../../../core/sizing/fleet-design.ts';
import type { SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { planHandler } from './plan-handler.ts';
import { planOfDesign } from './plan-of-design.ts';

/** The job's baseline fleet, on demand, in the first zone that has its type. */
export const planBaseline = planHandler(({ request }) => baselinePlan(request));

function baselinePlan(request: SizingRequest): FleetPlan {
  const { job, market } = request;
  const { baseline } = job;
  const pools = market.pools.filter(({ instanceType }) => instanceType.name === baseline?.instanceType);
  const core = pools.sort((a, b) => (a.zone < b.zone ? -1 : 1))[0];
  if (baseline === undefined || core === undefined) {
    throw new InvalidInputError(
      `${job.name}: found ${baseline === undefined ? 'no baseline' : `the baseline type ${baseline.instanceType}, which is on no offer`}; allowed: a baseline whose type the job’s capacity admits.`,
    );
  }
  const design = buildDesign({
    primary: core,
    core,
    coreNodes: baseline.count,
    task: [],
    taskSpotNodes: 0,
    taskOnDemandNodes: 0,
    diskGibPerNode: job.capacity.diskGibPerNode,
  });
  return planOfDesign(request, design, 'baseline', 'The fleet that the team has today, on demand.');
}
