import * as z from 'zod';
import { Cluster, type ClusterView } from '../core/contracts/cluster.ts';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { FlightOptions } from '../core/contracts/flight-sizing.ts';
import { Look, type Landing, type PilotDecision, type Progress } from '../core/contracts/flight.ts';
import type { DeployedJob } from '../core/contracts/job.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { broughtDown } from '../core/control/flight-spend.ts';
import { landingAtLeaseEnd, latestLeaseEnd, leaseUntil } from '../core/control/lease-end.ts';
import { lastAttemptOf } from '../core/ledger/attempt-numbers.ts';
import { decide } from '../core/pilot/decide.ts';
import { givenUpAsHung } from '../core/pilot/hung.ts';
import { landingOf } from '../core/pilot/landing.ts';
import { sizingAskOf } from '../core/pilot/resizing/ask.ts';
import { asItFlies } from '../core/pilot/resizing/as-it-flies.ts';
import { givenUpAsOutpaced } from '../core/pilot/resizing/begin-anew.ts';
import { givenUpAsStarved, mayStarve } from '../core/pilot/starved.ts';
import { composeMissAnnouncement } from '../core/report/miss-announcement.ts';
import { viewCluster } from './aws/cluster-view.ts';
import { getDocument } from './aws/documents.ts';
import { mayBeginAnew } from './aws/fresh-launch.ts';
import { holdToLimits } from './aws/flight-money.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { readControl } from './aws/ledger-control.ts';
import { decisionAt, keepDecision } from './aws/ledger-decisions.ts';
import { extendLease } from './aws/ledger-leases.ts';
import { reportedWork } from './aws/ledger-progress.ts';
import { onceForRun } from './aws/ledger-runs.ts';
import { wakeCount } from './aws/ledger-wake.ts';
import { sendMessage } from './aws/messages.ts';
import { yarnApps } from './aws/metrics.ts';
import { steer } from './aws/steering.ts';
import type { Clients } from './runtime/clients.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  limitsEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import type { Log } from './runtime/log.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * One look of the pilot: what EMR says, what to do about it, and when to look again. A look that is repeated
 * carries out what was decided first: resizes are absolute, announcements are made once. A look that would change
 * the fleet asks first that the rest of the flight be sized anew, and is taken once more with what that found. No look
 * lets the flight pass a limit, and a kill switch that releases ends it.
 *
 * Needs:
 * - dynamodb:GetItem, Query, PutItem, UpdateItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - elasticmapreduce:DescribeCluster, ListSteps, ListInstanceFleets, ListInstances, ModifyInstanceFleet,
 *   AddInstanceFleet on this deployment's clusters
 * - cloudwatch:GetMetricData on *
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...messagesEnvironment,
  ...limitsEnvironment,
});

const LookRequest = z.object({
  run: Run,
  plan: DocumentRef,
  // flights that an earlier version started do not hand it on
  market: DocumentRef.nullable().optional(),
  cluster: Cluster,
  look: z.number().int().nonnegative(),
  /**
   * what sizing the rest of the flight found, null: nothing; `ask`: it can be asked for. Absent: the execution began with a version that sizes nothing
   */
  sizing: z.union([z.literal('ask'), FlightOptions.nullable()]).optional(),
});

export const handler = stateHandler(
  { environment: Environment, input: LookRequest, output: Look },
  async (
    { run, plan: planRef, market, cluster, look, sizing },
    { clients, environment, now, log },
  ): Promise<Look> => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const woken = await wakeCount(ledger, run.runKey);
    const job = await jobOfRun(clients, environment, run);
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const planned = await getDocument(documents, planRef, FleetPlan);
    const at = now();
    const view = await viewCluster(clients, cluster.clusterId, at);
    const endsAt = cluster.leaseEndsAt ?? latestLeaseEnd(cluster.launchedAt);
    const ours = await extendLease(ledger, cluster.name, leaseUntil(view.observedAt, endsAt));
    const flight = { look, attempt: run.attempt, maxAttempts: lastAttemptOf(run, job) };
    const next = { look, wakeCount: woken, nextLookSeconds: LONGEST_LOOK_SECONDS };
    const land = (landing: Landing): Look => landed(log, next, landing);
    const control = await readControl(ledger);
    const landing = ours
      ? (landingOf(view, flight) ??
        broughtDown(control.killSwitch, look) ??
        landingAtLeaseEnd({ requestedAt: cluster.launchedAt, endsAt }, view.observedAt, flight))
      : released(look);
    if (landing !== null) return land(landing);
    const progress = progressOf(view, job, await reportedWork(ledger, cluster.clusterId, at, log));
    const previous = await decisionAt(ledger, run.runKey, run.attempt, look - 1);
    const plan = asItFlies(planned, previous);
    const seen = {
      ...{ run, plan, view, progress, previous, look, now: view.observedAt, slo: job.slo },
      ...(sizing === undefined || sizing === 'ask' ? {} : { options: sizing }),
    };
    const launch = { asks: sizing === 'ask', job, control, deployment: environment.LIMITS, at, log };
    const situation = { ...seen, attemptsLeft: await mayBeginAnew(ledger, seen, launch) };
    const sizeAgain = sizing === 'ask' ? sizingAskOf(situation) : null;
    if (sizeAgain !== null) return { ...next, landing: null, sizeAgain };
    const decided = decide(situation);
    const givenUp =
      givenUpAsHung({ ...flight, run, plan, view }, decided) ??
      (await ifStarved(clients, { ...flight, view }, decided, at));
    if (givenUp !== null) return land(givenUp);
    const held = await holdToLimits(ledger, documents, {
      clusterName: cluster.name,
      ...{ job, plan, market: market ?? undefined, view, control, look, at, deployment: environment.LIMITS },
      decision: decided,
      decideAgain: (growthRoom) => decide({ ...situation, growthRoom }),
    });
    if (held.landing !== null) return land(held.landing);
    const decision = await keepDecision(ledger, held.decision);
    await steer(clients, view, plan, decision.action);
    if (decision.announceMiss) {
      const message = composeMissAnnouncement({ run, decision });
      const announce = () => sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message);
      await onceForRun(ledger, run.runKey, 'miss', at, announce);
    }
    const outpaced = givenUpAsOutpaced(flight, decision);
    if (outpaced !== null) return land(outpaced);
    log.info('look', { look, action: decision.action, reason: decision.reason });
    return { ...next, landing: null, nextLookSeconds: decision.nextLookSeconds };
  },
);

const LONGEST_LOOK_SECONDS = 300;

function landed(log: Pick<Log, 'info'>, next: Omit<Look, 'landing'>, landing: Landing): Look {
  log.info('landing', { landing });
  return { ...next, landing };
}

function progressOf(
  { observedAt, steps }: ClusterView,
  job: DeployedJob,
  reported: Awaited<ReturnType<typeof reportedWork>>,
): Progress {
  return {
    observedAt,
    ...reported,
    stepsDone: steps.filter(({ state }) => state === 'COMPLETED').length,
    stepsTotal: Math.max(steps.length, job.steps.length),
  };
}

/** CloudWatch is asked what YARN does only where that could end the flight. */
async function ifStarved(
  clients: Clients,
  flight: Parameters<typeof mayStarve>[0],
  decided: PilotDecision,
  at: Date,
): Promise<Landing | null> {
  if (!mayStarve(flight, decided)) return null;
  return givenUpAsStarved(flight, decided, await yarnApps(clients, flight.view.clusterId, at));
}

/** Somebody released the attempt: it is over, and not to be tried again. */
function released(look: number) {
  return {
    outcome: 'failed' as const,
    reason: 'The attempt was released.',
    look,
    retryable: false,
    endedBy: 'released' as const,
  };
}
