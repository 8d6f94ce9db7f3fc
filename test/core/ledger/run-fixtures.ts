import type { ClusterView } from '../../../core/contracts/cluster.ts';
import type { FleetPlan, PlanForecast } from '../../../core/contracts/fleet-plan.ts';
import type { Market } from '../../../core/contracts/market.ts';
import type { RunRecord } from '../../../core/contracts/run-record.ts';
import type { Run } from '../../../core/contracts/run.ts';
import type { BilledInstance } from '../../../core/ledger/billed-instance.ts';
import { runHashOf, runKeyOf } from '../../../core/ledger/run-key.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { certain } from '../../../core/numerics/quantiles.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';

export const SCHEDULED_AT = '2026-01-05T02:00:00.000Z';
export const at = (minutes: number): string =>
  new Date(Date.parse(SCHEDULED_AT) + minutes * 60_000).toISOString();
const ref = { key: 'documents/a.json', sha256: 'a'.repeat(64), sizeBytes: 10 };

export const run: Run = {
  runKey: runKeyOf('orders', SCHEDULED_AT),
  job: 'orders',
  scheduledAt: SCHEDULED_AT,
  admittedAt: SCHEDULED_AT,
  deadlineAt: at(120),
  jobRef: ref,
  attempt: 1,
  start: 1,
  firstAttempt: 1,
  runHash: runHashOf(runKeyOf('orders', SCHEDULED_AT)),
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:run-job:x',
};

export const planForecast: PlanForecast = {
  costUsd: 4,
  costHighUsd: 6,
  lateProbability: 0.004,
  runtimeSeconds: certain(3600),
  startupSeconds: 420,
  utilisation: 0.8,
  costSplitUsd: { compute: 3, emrFee: 0.9, storage: 0.1 },
};

export const plan: FleetPlan = {
  runKey: run.runKey,
  job: 'orders',
  plannedAt: SCHEDULED_AT,
  deadlineAt: run.deadlineAt,
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
    {
      role: 'core',
      instanceTypes: [{ name: 'm5.2xlarge', weightUnits: 8 }],
      onDemandUnits: 16,
      spotUnits: 0,
    },
  ],
  executor: {
    cores: 4,
    memoryMib: 10_000,
    memoryOverheadMib: 1000,
    driver: { cores: 1, memoryMib: 2048, memoryOverheadMib: 384 },
  },
  ebsGib: 64,
  bounds: { maxNodes: 50, limitUsd: 100 },
  forecast: planForecast,
  meetsSlo: true,
  baseline: { ...planForecast, costUsd: 8 },
  reasons: ['cheapest that is on time'],
  alternatives: [],
  front: [],
  solver: { method: 'nsga-ii', seed: '1', generations: 1, evaluations: 1 },
  models: { load: 'seasonal-profile', runtime: 'runtime-1' },
  market: { source: 'file', surveyedAt: SCHEDULED_AT, notes: [] },
};

export function pool(name: string, zone: string, spotUsdPerHour: number | null): Market['pools'][number] {
  const instanceType = instanceTypeByName(name);
  if (instanceType === undefined) throw new Error(`${name} is not in the catalogue`);
  return {
    instanceType,
    zone,
    onDemandUsdPerHour: instanceType.onDemandUsdPerHour,
    spotUsdPerHour,
    spotHighUsdPerHour: spotUsdPerHour,
    emrFeeUsdPerHour: instanceType.onDemandUsdPerHour / 4,
    emrFeeEstimated: false,
    reclaimsPerHour: 0.01,
  };
}

export const market = {
  pools: [
    pool('m5.xlarge', 'us-east-1a', 0.07),
    pool('m5.2xlarge', 'us-east-1a', 0.15),
    pool('c5.2xlarge', 'us-east-1b', null),
  ],
};

export function instance(overrides: Partial<BilledInstance> = {}): BilledInstance {
  return {
    instanceType: 'm5.2xlarge',
    zone: 'us-east-1a',
    role: 'core',
    market: 'on-demand',
    startedAt: at(2),
    endedAt: at(72),
    reclaimed: false,
    ...overrides,
  };
}

export const view: ClusterView = {
  observedAt: at(75),
  clusterId: 'j-1ABCDEFGHIJKL',
  state: 'TERMINATED',
  stateReasonCode: 'ALL_STEPS_COMPLETED',
  stateReasonMessage: 'Steps completed',
  createdAt: at(1),
  readyAt: at(9),
  endedAt: at(72),
  steps: [
    {
      stepId: 's-1',
      name: 'read',
      state: 'COMPLETED',
      startedAt: at(10),
      endedAt: at(40),
      failureReason: null,
    },
    {
      stepId: 's-2',
      name: 'write',
      state: 'COMPLETED',
      startedAt: at(40),
      endedAt: at(70),
      failureReason: null,
    },
  ],
  fleets: [],
};

export function record(overrides: Partial<RunRecord> = {}): RunRecord {
  return {
    runKey: run.runKey,
    job: 'orders',
    task: 'etl',
    scheduledAt: SCHEDULED_AT,
    deadlineAt: run.deadlineAt,
    attempt: 1,
    outcome: 'succeeded',
    outcomeReason: 'The last step ended 50 min before the deadline.',
    failure: null,
    inputBytes: 100 * BYTES_PER_GIB,
    forecastInputBytes: [80, 82, 85, 90, 95, 100, 105, 110, 115].map((gib) => gib * BYTES_PER_GIB),
    forecastMethod: 'seasonal-profile',
    plan: ref,
    cores: 32,
    nodes: 4,
    memoryMib: 131_072,
    coreSpeed: 1,
    instanceTypes: ['m5.2xlarge', 'm5.xlarge'],
    launchedAt: at(1),
    stepsStartedAt: at(10),
    stepsEndedAt: at(70),
    runtimeSeconds: 3600,
    predictedRuntimeSeconds: certain(3300),
    costUsd: 3.5,
    costIsEstimate: true,
    costNotes: [],
    predictedCostUsd: 3.2,
    onDemandCostUsd: 7,
    utilisation: 0.78,
    paidEfficiency: 0.6,
    spotInstanceHours: 2,
    reclaims: 0,
    eventLog: null,
    outputPresent: true,
    ...overrides,
  };
}
