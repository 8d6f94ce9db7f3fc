import type { ClusterView } from '../../../core/contracts/cluster.ts';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import type { PilotDecision, Progress } from '../../../core/contracts/flight.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';
import type { Situation } from '../../../core/pilot/situation.ts';

export const start = '2026-01-05T02:00:00.000Z';
export const after = (minutes: number) => new Date(Date.parse(start) + minutes * 60_000).toISOString();

/** A plan for an hour on 8 core and 56 spot vCPUs. */
export const plan: FleetPlan = {
  runKey: 'orders@2026-01-05T02:00:00.000Z',
  job: 'orders',
  plannedAt: start,
  deadlineAt: after(90),
  region: 'us-east-1',
  zone: 'us-east-1a',
  architecture: 'x86_64',
  fleets: [
    {
      role: 'primary',
      instanceTypes: [{ name: 'm5.xlarge', weightUnits: 4 }],
      onDemandUnits: 4,
      spotUnits: 0,
    },
    { role: 'core', instanceTypes: [{ name: 'm5.2xlarge', weightUnits: 8 }], onDemandUnits: 8, spotUnits: 0 },
    {
      role: 'task',
      instanceTypes: [{ name: 'm5.2xlarge', weightUnits: 8 }],
      onDemandUnits: 0,
      spotUnits: 56,
    },
  ],
  executor: {
    cores: 4,
    memoryMib: 9000,
    memoryOverheadMib: 1700,
    driver: { cores: 1, memoryMib: 2048, memoryOverheadMib: 384 },
  },
  ebsGib: 64,
  bounds: { maxNodes: 50, limitUsd: 100 },
  forecast: {
    costUsd: 3,
    costHighUsd: 4,
    lateProbability: 0.01,
    runtimeSeconds: lognormalQuantiles(3600, 0.12),
    startupSeconds: 420,
    utilisation: 0.8,
    costSplitUsd: { compute: 2, emrFee: 0.9, storage: 0.1 },
  },
  meetsSlo: true,
  baseline: null,
  reasons: ['because'],
  alternatives: [],
  front: [],
  solver: { method: 'none', seed: '0', generations: 0, evaluations: 0 },
  models: { load: 'manifest', runtime: 'none' },
  market: { source: 'file', surveyedAt: start, notes: [] },
};

type FleetView = ClusterView['fleets'][number];

/** A cluster whose steps began 8 minutes after the request, with everything it asked for. */
export function viewAt(
  minutes: number,
  over: Partial<ClusterView> = {},
  task: Partial<FleetView> = {},
): ClusterView {
  const started = minutes >= 8;
  const none = { targetOnDemandUnits: 0, targetSpotUnits: 0, runningOnDemandUnits: 0, runningSpotUnits: 0 };
  return {
    observedAt: after(minutes),
    clusterId: 'j-1ABC',
    state: started ? 'RUNNING' : 'STARTING',
    stateReasonCode: null,
    stateReasonMessage: null,
    createdAt: start,
    readyAt: started ? after(8) : null,
    endedAt: null,
    steps: [
      {
        stepId: 's-1',
        name: 'etl',
        state: started ? 'RUNNING' : 'PENDING',
        startedAt: started ? after(8) : null,
        endedAt: null,
        failureReason: null,
      },
    ],
    fleets: [
      {
        ...none,
        fleetId: 'if-1',
        role: 'core',
        state: 'RUNNING',
        targetOnDemandUnits: 8,
        runningOnDemandUnits: 8,
      },
      {
        ...none,
        fleetId: 'if-2',
        role: 'task',
        state: 'RUNNING',
        targetSpotUnits: 56,
        runningSpotUnits: 56,
        ...task,
      },
    ],
    ...over,
  };
}

export const progressOf = (workDone: number | null, minutes = 0): Progress => ({
  observedAt: after(minutes),
  workDone,
  stepsDone: 0,
  stepsTotal: 1,
});

export function situationAt(
  minutes: number,
  workDone: number | null,
  over: Partial<Situation> & { task?: Partial<FleetView>; deadlineMinutes?: number } = {},
): Situation {
  const { task, deadlineMinutes = 90, ...rest } = over;
  return {
    run: {
      runKey: plan.runKey,
      job: 'orders',
      scheduledAt: start,
      admittedAt: start,
      deadlineAt: after(deadlineMinutes),
      jobRef: { key: 'k', sha256: '0'.repeat(64), sizeBytes: 1 },
      attempt: 1,
      start: 1,
      firstAttempt: 1,
      runHash: '0'.repeat(12),
      executionArn: 'arn',
    },
    plan,
    view: viewAt(minutes, {}, task),
    progress: progressOf(workDone, minutes),
    previous: null,
    look: 3,
    now: after(minutes),
    slo: { target: 0.95 },
    ...rest,
  };
}

export type { PilotDecision };
