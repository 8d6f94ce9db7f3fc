import { describe, expect, it } from 'vitest';
import { RunRecord, type EventLogSummary } from '../../../core/contracts/run-record.ts';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';
import { assembleRunRecord, type RunEvidence } from '../../../core/ledger/assemble-run-record.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { certain } from '../../../core/numerics/quantiles.ts';
import { fitRuntimeModel } from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { at, instance, market, plan, run, SCHEDULED_AT, view } from './run-fixtures.ts';

describe('the run record', () => {
  const log: EventLogSummary = {
    ...summariseEventLog([]),
    taskBusySeconds: 60_000,
    executorCoreSeconds: 80_000,
    utilisation: 0.75,
    inputBytes: 9 * BYTES_PER_GIB,
    partial: false,
  };
  const evidence: RunEvidence = {
    run,
    job: { task: 'etl', baseline: { instanceType: 'm5.2xlarge', count: 4 } },
    plan,
    planRef: null,
    forecast: {
      job: 'orders',
      forScheduledAt: SCHEDULED_AT,
      inputBytes: certain(10 * BYTES_PER_GIB),
      method: 'manifest',
      historyPoints: 3,
      backtestMapePercent: null,
      reason: 'x',
    },
    manifest: null,
    view,
    eventLogs: [log],
    instances: [
      instance({ role: 'primary', instanceType: 'm5.xlarge' }),
      instance(),
      instance(),
      instance({ role: 'task', market: 'spot', startedAt: at(10), endedAt: at(40), reclaimed: true }),
    ],
    market,
    instanceTypeByName,
    outputPresent: true,
    now: at(80),
  };

  it('of a run that landed tells times, nodes, load, cost and use', () => {
    const made = RunRecord.parse(assembleRunRecord(evidence));
    expect(made).toMatchObject({
      outcome: 'succeeded',
      runtimeSeconds: 3600,
      nodes: 2.5,
      cores: 20,
      coreSpeed: 1,
      reclaims: 1,
      spotInstanceHours: 0.5,
      utilisation: 0.75,
      costIsEstimate: true,
      inputBytes: 9 * BYTES_PER_GIB,
      stepsStartedAt: at(10),
      stepsEndedAt: at(70),
    });
    expect(made.memoryMib).toBe(2.5 * 32_768);
    expect(made.costUsd).toBeGreaterThan(1);
    expect(made.paidEfficiency).toBeCloseTo(60_000 / ((4 + 8 + 8) * 70 * 60 + 8 * 30 * 60), 6);
    expect(made.onDemandCostUsd).toBeLessThan(8);
    expect(made.onDemandCostUsd).toBeGreaterThan(7);
  });

  it('keeps peak memory and use beside what the plan expected of them; a cut log tells no peak', () => {
    const expected = { utilisationQuantiles: certain(0.8), peakMemoryMibPerCore: certain(700) };
    const forecast = { ...plan.forecast, ...expected };
    const of = (partial: boolean) =>
      RunRecord.parse(
        assembleRunRecord({
          ...evidence,
          plan: { ...plan, forecast },
          // the larger application of a run is what its executors must hold
          eventLogs: [
            { ...log, partial, peakMemoryMibPerCore: 400 },
            { ...log, peakMemoryMibPerCore: 650 },
          ],
        }),
      );
    expect(of(false)).toMatchObject({
      predictedUtilisation: certain(0.8),
      peakMemoryMibPerCore: 650,
      predictedPeakMemoryMibPerCore: certain(700),
    });
    expect(of(true).peakMemoryMibPerCore).toBeUndefined();
    expect(RunRecord.parse(assembleRunRecord(evidence)).predictedUtilisation).toBeUndefined();
  });

  it('takes the load from a complete manifest rather than from what was read', () => {
    const manifest = {
      observedAt: at(0),
      complete: true,
      objectCount: 4,
      sizeBytes: 5e9,
      missingMarkers: [],
    };
    expect(assembleRunRecord({ ...evidence, manifest }).inputBytes).toBe(5e9);
  });

  it('brings the on-demand cost to the real load with the runtime model when there is one', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: [], baseline: null });
    const made = assembleRunRecord({ ...evidence, model });
    expect(made.onDemandCostUsd).toBeGreaterThan(assembleRunRecord(evidence).onDemandCostUsd ?? 0);
  });

  it('calls a green run without output failed, and a run after its deadline late', () => {
    expect(assembleRunRecord({ ...evidence, outputPresent: false }).outcome).toBe('failed');
    const late = assembleRunRecord({ ...evidence, run: { ...run, deadlineAt: at(60) } });
    expect(late.outcome).toBe('late');
    expect(late.outcomeReason).toContain('10 min after the deadline');
  });

  it('names the step that failed, or why the cluster never ran one', () => {
    const failed = {
      ...view,
      steps: [
        view.steps[0]!,
        { ...view.steps[1]!, state: 'FAILED' as const, failureReason: 'Unknown Error.' },
      ],
    };
    expect(assembleRunRecord({ ...evidence, view: failed }).outcomeReason).toContain('"write" failed');
    const never = {
      ...view,
      steps: [],
      state: 'TERMINATED_WITH_ERRORS' as const,
      stateReasonCode: 'INSTANCE_FLEET_TIMEOUT',
    };
    expect(assembleRunRecord({ ...evidence, view: never }).outcomeReason).toContain('INSTANCE_FLEET_TIMEOUT');
  });

  it('of a run that never flew is complete, and free', () => {
    const made = assembleRunRecord({
      ...evidence,
      plan: null,
      forecast: null,
      view: null,
      eventLogs: [],
      instances: [],
      market: null,
      outputPresent: null,
      verdict: { outcome: 'skipped', reason: 'still running' },
    });
    expect(RunRecord.parse(made)).toMatchObject({
      outcome: 'skipped',
      costUsd: 0,
      costIsEstimate: false,
      runtimeSeconds: null,
      cores: null,
      onDemandCostUsd: null,
    });
  });
});
