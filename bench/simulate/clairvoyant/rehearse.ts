import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import type { DeployedJob } from '../../../core/contracts/job.ts';
import type { Run } from '../../../core/contracts/run.ts';
import { templateOf } from '../../../core/job/attempt-output.ts';
import { clusterNameOf } from '../../../core/ledger/run-key.ts';
import { HOUR_MS } from '../invariants/invariant.ts';
import { clusterRequest } from '../../../lambdas/aws/cluster-request.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';
import { createEmrService } from '../../../simulator/services/emr/service.ts';
import { createWorld, type World } from '../../../simulator/world/world.ts';
import type { WorldFile } from '../../../simulator/world/world-file.ts';
import { memoryStorage } from './memory-storage.ts';

/** What decides how a scenario's world goes. */
export interface Fate {
  readonly seed: string;
  readonly world: WorldFile;
}

/** One attempt at a run, about to be launched. */
export interface Attempt {
  readonly job: DeployedJob;
  readonly run: Run;
  readonly nowMs: number;
}

/** How a plan would end. */
export interface Rehearsal {
  readonly plan: FleetPlan;
  readonly succeeded: boolean;
  readonly finishMs: number;
  readonly costUsd: number;
}

/** Time begins so long before a scenario's first instant: what lies there by then is old. */
const PREPARATION_MS = HOUR_MS;
/** From a plan to the request for its cluster. */
const LAUNCH_MS = 10_000;
const STEP_MS = HOUR_MS / 4;
/** A flight that is not over so long after its deadline is not waited for. */
const LONGEST_AFTER_MS = 2 * HOUR_MS;
const ROLE = 'arn:aws:iam::123456789012:role/rehearsal';

/** The world of a scenario with EMR in it and nothing else, at its beginning. */
export function worldOfFate({ seed, world: file }: Fate) {
  const startMs = Date.parse(`${file.startDate}T00:00:00.000Z`);
  const kernel = createKernel({ seed, startAtMs: startMs - PREPARATION_MS, region: file.region });
  const world = createWorld(kernel, file, memoryStorage(), () => undefined);
  kernel.register(
    createEmrService(kernel, {
      world,
      publish: () => undefined,
      putMetric: () => undefined,
      zoneOfSubnet: (subnet) => (subnet.startsWith(SUBNET) ? subnet.slice(SUBNET.length) : undefined),
    }),
  );
  return { kernel, world };
}

const SUBNET = 'subnet-';

/**
 * Flies a plan, unsteered, in the world as it will be: same market, same reclaims, same data, and the same luck in
 * Spark and at the start as the attempt will have. Other clusters of the account are not there, and machines of a
 * type differ from one another in another order: what is foreseen is close, not exact.
 */
export async function rehearse(fate: Fate, attempt: Attempt, plan: FleetPlan): Promise<Rehearsal> {
  const { kernel, world } = worldOfFate(fate);
  world.beginDataArrival();
  await kernel.runUntil(attempt.nowMs + LAUNCH_MS);
  const request = requestOf(fate, attempt, plan);
  await kernel.settle(() => kernel.call('emr', 'RunJobFlow', request, kernel.root));
  const lastMs = Date.parse(attempt.run.deadlineAt) + LONGEST_AFTER_MS;
  let landedMs = attempt.nowMs;
  while (isFlying(world) && landedMs < Math.max(lastMs, attempt.nowMs + LONGEST_AFTER_MS)) {
    landedMs = kernel.clock.nowMs() + STEP_MS;
    await kernel.runUntil(landedMs);
  }
  const steps = kernel.traced.entries.filter(({ kind }) => kind === 'emr.step');
  const completed = steps.filter(({ detail }) => JSON.stringify(detail).includes('"COMPLETED"'));
  return {
    plan,
    succeeded: completed.length === attempt.job.steps.length,
    finishMs: steps.at(-1)?.atMs ?? Infinity,
    costUsd: world.billing.overall().totalUsd,
  };
}

function isFlying({ instances }: World): boolean {
  return [...instances.all()].some(({ endedMs }) => endedMs === null) || instances.clusterIds().length === 0;
}

/** The product's own request; the cluster ends by itself, and nobody reads its event log. */
function requestOf({ world }: Fate, { job, run }: Attempt, plan: FleetPlan): unknown {
  const name = clusterNameOf(run);
  const grounds = {
    assetsBucket: 'rehearsal-assets',
    serviceRoleArn: ROLE,
    instanceProfileArn: ROLE,
    logsUri: 's3://rehearsal-logs/',
    subnets: Object.fromEntries(Object.keys(world.zones).map((zone) => [`${SUBNET}${zone}`, zone])),
    primarySecurityGroup: 'sg-rehearsal',
    workerSecurityGroup: 'sg-rehearsal',
    serviceSecurityGroup: 'sg-rehearsal',
    tags: {},
    reporter: { assetKey: 'progress-reporter.py', ledgerTable: 'rehearsal', region: world.region },
  };
  const request = clusterRequest(name, job, plan, grounds, templateOf(job, run));
  const quiet = { Classification: 'spark-defaults', Properties: { 'spark.eventLog.enabled': 'false' } };
  return {
    ...request,
    Instances: { ...request.Instances, KeepJobFlowAliveWhenNoSteps: false },
    Configurations: [...(request.Configurations ?? []), quiet],
  };
}
