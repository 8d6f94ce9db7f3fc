import * as z from 'zod';
import { Cluster } from '../core/contracts/cluster.ts';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { Look, type Landing } from '../core/contracts/flight.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { broughtDown } from '../core/control/flight-spend.ts';
import { landingAtLeaseEnd, latestLeaseEnd, leaseUntil } from '../core/control/lease-end.ts';
import { lastAttemptOf } from '../core/ledger/attempt-numbers.ts';
import { decide } from '../core/pilot/decide.ts';
import { givenUpAsHung } from '../core/pilot/hung.ts';
import { landingOf } from '../core/pilot/landing.ts';
import { givenUpAsStarved, mayStarve } from '../core/pilot/starved.ts';
import { composeMissAnnouncement } from '../core/report/miss-announcement.ts';
import { viewCluster } from './aws/cluster-view.ts';
import { getDocument } from './aws/documents.ts';
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
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  limitsEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * One look of the pilot: what EMR says, what to do about it, and when to look again. A look that is repeated
 * carries out what was decided first: resizes are absolute, announcements are made once. No look lets the flight
 * pass a limit, and a kill switch that releases ends it.
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
});

export const handler = stateHandler(
  { environment: Environment, input: LookRequest, output: Look },
  async (
    { run, plan: planRef, market, cluster, look },
    { clients, environment, now, log },
  ): Promise<Look> => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const woken = await wakeCount(ledger, run.runKey);
    const job = await jobOfRun(clients, environment, run);
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const plan = await getDocument(documents, planRef, FleetPlan);
    const at = now();
    const view = await viewCluster(clients, cluster.clusterId, at);
    const endsAt = cluster.leaseEndsAt ?? latestLeaseEnd(cluster.launchedAt);
    const ours = await extendLease(ledger, cluster.name, leaseUntil(view.observedAt, endsAt));
    const flight = { look, attempt: run.attempt, maxAttempts: lastAttemptOf(run, job) };
    const next = { look, wakeCount: woken };
    const land = (landing: Landing): Look => {
      log.info('landing', { landing });
      return { ...next, landing, nextLookSeconds: LONGEST_LOOK_SECONDS };
    };
    const control = await readControl(ledger);
    const landing = ours
      ? (landingOf(view, flight) ??
        broughtDown(control.killSwitch, look) ??
        landingAtLeaseEnd({ requestedAt: cluster.launchedAt, endsAt }, view.observedAt, flight))
      : released(look);
    if (landing !== null) return land(landing);
    const progress = {
      observedAt: view.observedAt,
      ...(await reportedWork(ledger, cluster.clusterId, at, log)),
      stepsDone: view.steps.filter(({ state }) => state === 'COMPLETED').length,
      stepsTotal: Math.max(view.steps.length, job.steps.length),
    };
    const previous = await decisionAt(ledger, run.runKey, run.attempt, look - 1);
    const situation = { run, plan, view, progress, previous, look, now: view.observedAt, slo: job.slo };
    const decided = decide(situation);
    const hung = givenUpAsHung({ ...flight, run, plan, view }, decided);
    if (hung !== null) return land(hung);
    const starving = { ...flight, view };
    const starved = mayStarve(starving, decided)
      ? givenUpAsStarved(starving, decided, await yarnApps(clients, cluster.clusterId, at))
      : null;
    if (starved !== null) return land(starved);
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
    log.info('look', { look, action: decision.action, reason: decision.reason });
    return { ...next, landing: null, nextLookSeconds: decision.nextLookSeconds };
  },
);

const LONGEST_LOOK_SECONDS = 300;

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
