import * as z from 'zod';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { RunRecord } from '../../core/contracts/run-record.ts';
import { deadlineOf, scheduledTimes } from '../../core/job/schedule.ts';
import { runKeyOf } from '../../core/ledger/run-key.ts';
import { isoInstant, MILLISECONDS_PER_DAY, MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import { MINUTE_MS } from './invariants/invariant.ts';
import type { ObservedMessage } from './observe/messages.ts';
import { hasCompleted, type Observed, type ObservedCluster, type ObservedRun } from './observe/observed.ts';
import type { RunResult } from './scenario-result.ts';
import type { Scenario } from './scenario.ts';

/** How long before a deadline people must know that it will be missed: the later of the two counts. */
const LEAD_MS = 15 * MINUTE_MS;
const LEAD_SHARE = 0.2;
/** What a question says of answers that come too late. */
const IN_TIME_IF = /In time if: answered by (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC; later, it will probably miss/;
/** The minute that the message names, and what a launch takes. */
const ANSWERED_TO_LAUNCHED_MS = 1.5 * MINUTE_MS;
/** A run reads what was delivered within this time before it. */
const DELIVERED_BEFORE_MS = 24 * 60 * MINUTE_MS;
/** What a cluster takes to go once somebody lets go of it; not a leak. */
const LETTING_GO_MS = 5 * MINUTE_MS;

const RecordItem = z.object({
  record: RunRecord.pick({ onDemandCostUsd: true, utilisation: true }),
});

export interface Strike {
  readonly kind: string;
  readonly atMs: number;
  /** whose delivery was damaged; named as the job that reads it */
  readonly dataSet?: string | undefined;
}

/** What is known of a scenario that is over. */
interface Past {
  readonly scenario: Scenario;
  readonly jobs: readonly DeployedJob[];
  readonly observed: Observed;
  readonly strikes: readonly Strike[];
  /** keys of the runs that people stopped */
  readonly stopped: ReadonlySet<string>;
}

/**
 * What came of each run that was due in the scenario's days, whether or not the product ever heard of it. Schedules go
 * on while the last runs land: what begins then is nobody's result.
 */
export function measureRuns(past: Past): RunResult[] {
  const { until } = daysOf(past.scenario);
  const due = [...past.observed.runs.values()].filter(({ run }) => run.scheduledAt < until);
  return [...due.map((item) => measureRun(past, item)), ...unstarted(past)];
}

function daysOf({ startDate, days }: Scenario): { readonly from: string; readonly until: string } {
  const fromMs = Date.parse(`${startDate}T00:00:00Z`);
  return { from: isoInstant(fromMs), until: isoInstant(fromMs + days * MILLISECONDS_PER_DAY) };
}

function measureRun(
  { observed, strikes, stopped }: Past,
  { run, outcome, closedAt }: ObservedRun,
): RunResult {
  const { runKey, runHash } = run;
  const deadlineMs = Date.parse(run.deadlineAt);
  const clusters = observed.clustersOf(runHash);
  const landed = clusters.find(hasCompleted);
  const finished = outcome === 'succeeded' || outcome === 'late';
  const landedMs = finished ? (landed?.lastStepEndedMs ?? Infinity) : Infinity;
  const onTime = landedMs <= deadlineMs;
  const unflown = outcome === 'skipped' || outcome === 'declined';
  const messages = observed.messages.filter((message) => message.runKey === runKey);
  const missed = onTime ? 'on-time' : finished ? 'late' : 'failed';
  const record = recordOf(observed, run.job, run.scheduledAt, landed?.attempt ?? run.attempt);
  const endedMs = closedAt === null ? observed.nowMs() : Date.parse(closedAt);
  return {
    runKey,
    outcome: unflown ? 'unflown' : stopped.has(runKey) && !onTime ? 'stopped' : missed,
    announced: messages.some(
      (message) => announces(message, clusters) && deadlineMs - message.atMs >= leadMs(landed),
    ),
    falselyAnnounced:
      onTime && messages.some((message) => message.kind !== 'report' && announces(message, clusters)),
    told: messages.some(({ kind }) => kind === 'report'),
    costUsd: sum(
      clusters.map(({ clusterId }) => observed.account.world.billing.ofCluster(clusterId).totalUsd),
    ),
    onDemandCostUsd: record?.onDemandCostUsd ?? null,
    utilisation: record?.utilisation ?? null,
    faults: struckBetween(strikes, run.job, Date.parse(run.admittedAt), endedMs),
  };
}

/**
 * Whether a message said that the deadline will be missed. A question says it of an answer that comes too late: it
 * did if nothing was launched by then.
 */
function announces({ kind, subject, text }: ObservedMessage, clusters: readonly ObservedCluster[]): boolean {
  if (kind === 'miss' || /FAILED/.test(subject)) return true;
  const answeredBy = kind === 'question' ? IN_TIME_IF.exec(text.replaceAll(/\s+/g, ' ')) : null;
  if (answeredBy === null) return false;
  const lastMs = Date.parse(`${answeredBy[1]}T${answeredBy[2]}:00Z`) + ANSWERED_TO_LAUNCHED_MS;
  return clusters.every(({ launchedMs }) => launchedMs > lastMs);
}

/** Scheduled starts of which no run came. */
function unstarted({ scenario, jobs, observed, strikes }: Past): RunResult[] {
  const { from, until } = daysOf(scenario);
  return jobs.flatMap((job) =>
    scheduledTimes(job, from, until).flatMap((scheduledAt) => {
      const runKey = runKeyOf(job.name, scheduledAt);
      if (observed.runs.has(runKey)) return [];
      const dueMs = Date.parse(scheduledAt);
      const deadlineMs = Date.parse(deadlineOf(job, scheduledAt));
      const told = observed.messages.filter(
        ({ atMs, subject, text }) => atMs >= dueMs && `${subject} ${text}`.includes(job.name),
      );
      const result: RunResult = {
        runKey,
        outcome: 'failed',
        announced: told.some(({ atMs }) => deadlineMs - atMs >= LEAD_MS),
        falselyAnnounced: false,
        told: told.length > 0,
        costUsd: 0,
        onDemandCostUsd: null,
        utilisation: null,
        faults: struckBetween(strikes, job.name, dueMs, deadlineMs),
      };
      return result;
    }),
  );
}

function leadMs(cluster: ObservedCluster | undefined): number {
  const { firstStepStartedMs = null, lastStepEndedMs = null } = cluster ?? {};
  const runtimeMs =
    firstStepStartedMs === null || lastStepEndedMs === null ? 0 : lastStepEndedMs - firstStepStartedMs;
  return Math.max(LEAD_MS, LEAD_SHARE * runtimeMs);
}

function recordOf(observed: Observed, job: string, scheduledAt: string, attempt: number) {
  const item = observed.ledger.get(`JOB#${job}`, `RECORD#${scheduledAt}#${attempt}`);
  return RecordItem.safeParse(item).data?.record;
}

function struckBetween(strikes: readonly Strike[], job: string, fromMs: number, untilMs: number): string[] {
  const during = strikes.filter(
    ({ atMs, dataSet }) => atMs >= fromMs - (dataSet === job ? DELIVERED_BEFORE_MS : 0) && atMs <= untilMs,
  );
  return [...new Set(during.map(({ kind }) => kind))].sort();
}

/** What was charged for clusters between the end of whoever had them and their own. */
export function leakedUsd({ account, clusters, leases, runs }: Observed): number {
  const shares = [...clusters.values()].map((cluster) => {
    const lease = leases.get(cluster.name);
    const closed = [...runs.values()].find(({ run }) => run.runHash === cluster.runHash)?.closedAt ?? null;
    const hadUntil = [lease?.releasedAt ?? lease?.leaseUntil ?? null, closed].filter((each) => each !== null);
    const hadUntilMs = Math.min(...hadUntil.map((instant) => Date.parse(instant)));
    const endedMs = cluster.endedMs ?? account.kernel.clock.nowMs();
    const leakedMs = Math.max(0, endedMs - Math.max(hadUntilMs, cluster.launchedMs) - LETTING_GO_MS);
    const livedMs = Math.max(1, endedMs - cluster.launchedMs);
    return (
      (Math.min(leakedMs, livedMs) / livedMs) * account.world.billing.ofCluster(cluster.clusterId).totalUsd
    );
  });
  return sum(shares);
}

export function simulatedHours(scenario: Scenario, nowMs: number): number {
  return (nowMs - Date.parse(`${scenario.startDate}T00:00:00Z`)) / (3600 * MILLISECONDS_PER_SECOND);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
