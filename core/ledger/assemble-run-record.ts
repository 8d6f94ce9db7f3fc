import type { ClusterView } from '../contracts/cluster.ts';
import type { RunFailure } from '../contracts/failure.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Landing } from '../contracts/flight.ts';
import type { InputManifest } from '../contracts/input-manifest.ts';
import type { Job } from '../contracts/job.ts';
import type { LoadForecast } from '../contracts/load-forecast.ts';
import type { InstanceType, Market } from '../contracts/market.ts';
import type { DocumentRef } from '../contracts/quantities.ts';
import type { EventLogSummary, RunRecord } from '../contracts/run-record.ts';
import type { Run } from '../contracts/run.ts';
import { usualExecutorCores } from '../executors/executor-layout.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { predictRuntime } from '../runtime-model/predict-runtime.ts';
import type { RuntimeModel } from '../runtime-model/model.ts';
import type { BilledInstance } from './billed-instance.ts';
import { meanNodes, paidCoreSeconds, stepSpan } from './cluster-use.ts';
import { estimateCost } from './estimate-cost.ts';
import { judgeOutcome, type Verdict } from './judge-outcome.ts';
import { mergeEventLogs } from './merge-event-logs.ts';
import { onDemandCost } from './on-demand-cost.ts';

export interface RunEvidence {
  readonly run: Run;
  readonly job: Pick<Job, 'task' | 'baseline'> & Partial<Pick<Job, 'workload'>>;
  /** null when the run ended before it had a plan */
  readonly plan: FleetPlan | null;
  readonly planRef: DocumentRef | null;
  readonly forecast: LoadForecast | null;
  /** what lay at the inputs when the run looked; the load, unless the event log knows better */
  readonly manifest?: InputManifest | null;
  /** EMR's last word on the cluster; null when there was none */
  readonly view: ClusterView | null;
  /** one per application, in order; empty when none could be read */
  readonly eventLogs: readonly EventLogSummary[];
  readonly instances: readonly BilledInstance[];
  /** prices of the plan's market document; null: cost stays unknown */
  readonly market: Pick<Market, 'pools'> | null;
  /** the model the plan was made with; brings the baseline's cost to the real load */
  readonly model?: RuntimeModel | null;
  readonly instanceTypeByName: (name: string) => InstanceType | undefined;
  /** null when the job names no output, or nobody looked */
  readonly outputPresent: boolean | null;
  /** how the flight ended, as its pilot says */
  readonly landing?: Pick<Landing, 'reason'> | null;
  /** what ended a run that never flew: skipped, declined, failed before launch */
  readonly verdict?: Verdict | null;
  /** what the failure policy says of it; null when it did not fail, or is judged later */
  readonly failure?: RunFailure | null;
  /** ISO 8601 instant of the collection */
  readonly now: string;
}

/** Puts together what came of an attempt: the ledger's unit of memory. */
export function assembleRunRecord(evidence: RunEvidence): RunRecord {
  const { run, job, plan, forecast, view, instances } = evidence;
  const span = stepSpan(view?.steps ?? []);
  const verdict =
    evidence.verdict ??
    judgeOutcome(view, run.deadlineAt, evidence.outputPresent, evidence.landing?.reason ?? null);
  const until = view?.endedAt ?? span.endedAt ?? evidence.now;
  const nodes =
    span.startedAt === null || plan === null
      ? null
      : meanNodes(
          instances,
          { from: span.startedAt, until: span.endedAt ?? until },
          plan.executor,
          evidence.instanceTypeByName,
        );
  const eventLog = mergeEventLogs(evidence.eventLogs);
  const inputBytes = inputBytesOf(evidence, eventLog);
  const paid = paidCoreSeconds(instances, until, evidence.instanceTypeByName);
  return {
    runKey: run.runKey,
    job: run.job,
    task: job.task,
    scheduledAt: run.scheduledAt,
    deadlineAt: run.deadlineAt,
    attempt: run.attempt,
    outcome: verdict.outcome,
    outcomeReason: verdict.reason,
    failure: evidence.failure ?? null,
    inputBytes,
    forecastInputBytes: (forecast?.beforeCounting ?? forecast)?.inputBytes ?? null,
    forecastMethod: (forecast?.beforeCounting ?? forecast)?.method ?? null,
    plan: evidence.planRef,
    cores: nodes?.cores ?? null,
    nodes: nodes?.nodes ?? null,
    memoryMib: nodes?.memoryMib ?? null,
    coreSpeed: nodes?.coreSpeed ?? null,
    instanceTypes: [...new Set(instances.map(({ instanceType }) => instanceType))].sort(),
    launchedAt: view?.createdAt ?? null,
    stepsStartedAt: span.startedAt,
    stepsEndedAt: span.endedAt,
    runtimeSeconds: span.seconds,
    predictedRuntimeSeconds: plan?.forecast.runtimeSeconds ?? null,
    ...costs(evidence, until, inputBytes),
    ...(eventLog === null || eventLog.partial ? {} : { taskSeconds: eventLog.taskBusySeconds }),
    utilisation: eventLog?.utilisation ?? null,
    ...useOf(plan, eventLog),
    paidEfficiency: eventLog === null || paid <= 0 ? null : Math.min(1, eventLog.taskBusySeconds / paid),
    reclaims: instances.filter(({ reclaimed }) => reclaimed).length,
    eventLog,
    logRemarks: logRemarksOf(evidence, eventLog),
    outputPresent: evidence.outputPresent,
    ...(job.workload?.parameters === undefined ? {} : { parameters: job.workload.parameters }),
  };
}

/** How much of its machines the run was expected to use, and its peak of memory: a cut log may lack the peak. */
function useOf(plan: FleetPlan | null, eventLog: EventLogSummary | null): Partial<RunRecord> {
  const { utilisationQuantiles, peakMemoryMibPerCore: expected } = plan?.forecast ?? {};
  const peak = eventLog === null || eventLog.partial ? undefined : eventLog.peakMemoryMibPerCore;
  return {
    ...(utilisationQuantiles === undefined ? {} : { predictedUtilisation: utilisationQuantiles }),
    ...(expected === undefined ? {} : { predictedPeakMemoryMibPerCore: expected }),
    ...(peak === undefined ? {} : { peakMemoryMibPerCore: peak }),
  };
}

/** A run whose steps all ended well has logged. */
function logRemarksOf({ view }: RunEvidence, eventLog: EventLogSummary | null): string[] {
  if (eventLog !== null) return eventLog.remarks ?? [];
  const worked =
    view !== null && view.steps.length > 0 && view.steps.every(({ state }) => state === 'COMPLETED');
  return worked ? ['No event log was found: stages and utilisation of this run are not known.'] : [];
}

/** A complete manifest counts what there was; else the event log what was read, which a filter may have cut. */
function inputBytesOf({ manifest }: RunEvidence, eventLog: EventLogSummary | null): number | null {
  if (manifest?.complete === true) return manifest.sizeBytes;
  if (eventLog !== null && !eventLog.partial && eventLog.inputBytes > 0) return eventLog.inputBytes;
  return manifest?.sizeBytes ?? null;
}

type Costs = Pick<
  RunRecord,
  'costUsd' | 'costIsEstimate' | 'costNotes' | 'predictedCostUsd' | 'onDemandCostUsd' | 'spotInstanceHours'
>;

function costs(evidence: RunEvidence, until: string, inputBytes: number | null): Costs {
  const { plan, forecast, instances, market } = evidence;
  const estimate = estimateCost({
    instances,
    market: market ?? { pools: [] },
    ebsGibPerNode: plan?.ebsGib ?? 0,
    until,
  });
  const flew = instances.length > 0;
  return {
    costUsd: flew && market === null ? null : estimate.totalUsd,
    costIsEstimate: flew,
    costNotes: flew && market !== null ? [...estimate.notes] : [],
    predictedCostUsd: plan?.forecast.costUsd ?? null,
    onDemandCostUsd: onDemandCost({
      baseline: plan?.baseline ?? null,
      plannedInputBytes: forecast === null ? null : medianOf(forecast.inputBytes),
      actualInputBytes: inputBytes,
      baselineSecondsFor: baselineSecondsOf(evidence),
    }),
    spotInstanceHours: estimate.spotInstanceHours,
  };
}

function baselineSecondsOf({
  job,
  model,
  instanceTypeByName,
}: RunEvidence): ((inputBytes: number) => number) | null {
  const { baseline } = job;
  const type = baseline === undefined ? undefined : instanceTypeByName(baseline.instanceType);
  if (baseline === undefined || type === undefined || !model) return null;
  const shape = {
    cores: usualExecutorCores(type, baseline.count),
    nodes: baseline.count,
    memoryMib: baseline.count * type.memoryMib,
    coreSpeed: type.coreSpeed,
  };
  return (inputBytes) => predictRuntime(model, { inputBytes, ...shape }).medianSeconds;
}
