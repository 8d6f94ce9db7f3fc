import type { ClusterView } from '../contracts/cluster.ts';
import type { Landing } from '../contracts/flight.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { EventLogSummary, LogFailures, TaskFailure } from '../contracts/run-record.ts';
import type { BilledInstance } from '../ledger/billed-instance.ts';
import { stepSpan } from '../ledger/cluster-use.ts';
import { secondsBetween } from '../units.ts';
import type { ClusterMetrics } from './cluster-metrics.ts';
import type { FailureFacts } from './failure-facts.ts';

/** Stages shorter than this, s of task time, say nothing about skew. */
const SKEW_WORTH_JUDGING_SECONDS = 600;

export interface AttemptEvidence {
  readonly view: ClusterView;
  readonly plan: Pick<FleetPlan, 'fleets' | 'forecast'>;
  readonly instances: readonly BilledInstance[];
  /** one per application */
  readonly eventLogs: readonly EventLogSummary[];
  /** null when nobody asked CloudWatch */
  readonly metrics: ClusterMetrics | null;
  /** null when nobody counted */
  readonly inputBytes: number | null;
  /** null when the job names no output, or nobody looked */
  readonly outputPresent: boolean | null;
  readonly landing: Pick<Landing, 'endedBy'> | null;
}

/** The facts of an attempt that had a cluster. */
export function factsOfAttempt(evidence: AttemptEvidence): FailureFacts {
  const { view, instances, eventLogs, metrics, inputBytes } = evidence;
  const logs = eventLogs.map(({ failures }) => failures);
  const lost = (market: BilledInstance['market']) =>
    instances.filter((instance) => instance.failed === true && instance.market === market).length;
  return {
    texts: {
      clusterState: [view.state],
      clusterReason: present([view.stateReasonCode]),
      clusterError: (view.errors ?? []).map(({ code }) => code),
      fleetState: view.fleets.map(({ state }) => state),
      flightEndedBy: present([evidence.landing?.endedBy ?? null]),
      stepState: view.steps.map(({ state }) => state),
      stepReason: view.steps.flatMap(({ failureCode }) => failureCode ?? []),
      ...textsOfLogs(logs),
    },
    numbers: {
      waitingForNodesSeconds:
        view.readyAt === null ? secondsBetween(view.createdAt, view.endedAt ?? view.observedAt) : null,
      unitsMissing: unitsMissing(evidence),
      spotNodesLost: lost('spot'),
      onDemandNodesLost: lost('on-demand'),
      ...numbersOfLogs(eventLogs, logs),
      overrunRatio: overrunRatio(evidence),
      inputBytes,
      outputMissing: evidence.outputPresent === false ? 1 : 0,
      ...(metrics ?? {}),
    },
  };
}

/** The facts of a run that ended before, or beside, a cluster's collection. */
export function factsOfState(failure: { readonly state: string; readonly error: string }): FailureFacts {
  return { texts: { failedState: [failure.state], stateError: [failure.error] }, numbers: {} };
}

/**
 * What tasks failed of. Where some had no further try, those decided and the rest is noise: of the others, Spark
 * made up by trying again.
 */
function textsOfLogs(logs: readonly LogFailures[]): FailureFacts['texts'] {
  const all = logs.flatMap(({ kinds }) => kinds);
  const decisive = all.filter(({ decisiveTasks }) => decisiveTasks > 0);
  const kinds = decisive.length > 0 ? decisive : all;
  const exits = decisive.length > 0 ? [] : logs.flatMap(({ executorExits }) => executorExits);
  const of = (valuesOf: (kind: TaskFailure) => readonly string[]) => [...new Set(kinds.flatMap(valuesOf))];
  return {
    taskEnd: of(({ reason }) => [reason]),
    taskException: of(({ exception }) => present([exception])),
    executorExit: [
      ...new Set([...of(({ exitStatus }) => present([exitStatus]).map(String)), ...exits.map(String)]),
    ],
    serviceError: of(({ serviceErrors }) => serviceErrors),
    systemError: of(({ systemErrors }) => systemErrors),
    sparkCondition: of(({ sparkConditions }) => sparkConditions),
  };
}

function numbersOfLogs(
  eventLogs: readonly EventLogSummary[],
  logs: readonly LogFailures[],
): FailureFacts['numbers'] {
  const kinds = logs.flatMap((log) => log.kinds);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    tasksEnded: sum(logs.map(({ tasksEnded }) => tasksEnded)),
    decisiveExceptions: sum(
      kinds.flatMap(({ exception, decisiveTasks }) => (exception === null ? [] : [decisiveTasks])),
    ),
    fetchFailures: sum(kinds.flatMap(({ reason, tasks }) => (reason === 'FetchFailed' ? [tasks] : []))),
    resultShareOfLimit: Math.max(0, ...logs.map(({ resultShareOfLimit }) => resultShareOfLimit)),
    driversCutShort: eventLogs.filter(
      // also without a single task: the last part of a log, which may be its only one, goes with the driver
      ({ endedAt, failures }) => endedAt === null && failures.failedJobs === 0,
    ).length,
    skewRatio: skewRatio(eventLogs),
  };
}

function skewRatio(eventLogs: readonly EventLogSummary[]): number | null {
  const longest = eventLogs
    .flatMap(({ stages }) => stages)
    .reduce<EventLogSummary['stages'][number] | undefined>(
      (most, stage) => (most === undefined || stage.taskSeconds > most.taskSeconds ? stage : most),
      undefined,
    );
  if (longest === undefined || longest.taskSeconds < SKEW_WORTH_JUDGING_SECONDS) return null;
  return longest.medianTaskSeconds > 0 ? longest.longestTaskSeconds / longest.medianTaskSeconds : null;
}

/** Units of the plan's fleets that were never filled, whoever came and went. */
function unitsMissing({ plan, instances }: AttemptEvidence): number {
  return plan.fleets
    .filter(({ role }) => role !== 'primary')
    .reduce((missing, fleet) => {
      const weights = new Map(fleet.instanceTypes.map(({ name, weightUnits }) => [name, weightUnits]));
      const had = instances
        .filter(({ role }) => role === fleet.role)
        .reduce((units, { instanceType }) => units + (weights.get(instanceType) ?? 0), 0);
      return missing + Math.max(0, fleet.onDemandUnits + fleet.spotUnits - had);
    }, 0);
}

function overrunRatio({ view, plan }: AttemptEvidence): number | null {
  const { startedAt } = stepSpan(view.steps);
  const unfinished = view.steps.some((step) => step.startedAt !== null && step.endedAt === null);
  const mostSeconds = plan.forecast.runtimeSeconds.at(-1) ?? 0;
  if (startedAt === null || !unfinished || mostSeconds <= 0) return null;
  return secondsBetween(startedAt, view.endedAt ?? view.observedAt) / mostSeconds;
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}
