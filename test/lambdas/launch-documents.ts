/** A plan and the market that it was made for, as launches read them. */
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { START } from './account.ts';

const distribution = Array<number>(9).fill(600);
const forecast = {
  costUsd: 1,
  costHighUsd: 2,
  lateProbability: 0,
  runtimeSeconds: distribution,
  startupSeconds: 300,
  utilisation: 0.8,
  costSplitUsd: { compute: 1, emrFee: 0, storage: 0 },
};
export const PLAN = {
  runKey: 'r',
  job: START.job,
  plannedAt: START.scheduledAt,
  deadlineAt: '2026-01-06T04:30:00.000Z',
  region: 'us-east-1',
  zone: 'us-east-1b',
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
      instanceTypes: [
        { name: 'm5.2xlarge', weightUnits: 8 },
        { name: 'm5a.2xlarge', weightUnits: 8 },
      ],
      onDemandUnits: 8,
      spotUnits: 16,
    },
    { role: 'task', instanceTypes: [{ name: 'm5.2xlarge', weightUnits: 8 }], onDemandUnits: 0, spotUnits: 0 },
  ],
  executor: {
    cores: 4,
    memoryMib: 10_000,
    memoryOverheadMib: 1000,
    driver: { cores: 1, memoryMib: 2048, memoryOverheadMib: 384 },
  },
  ebsGib: 64,
  bounds: { maxNodes: 50, limitUsd: 100 },
  forecast,
  meetsSlo: true,
  baseline: null,
  reasons: ['cheapest'],
  alternatives: [],
  front: [],
  solver: { method: 'm', seed: '1', generations: 1, evaluations: 1 },
  models: { load: 'l', runtime: 'r' },
  market: { source: 'live', surveyedAt: START.scheduledAt, notes: [] },
};

const m5 = instanceTypeByName('m5.2xlarge')!;
export const MARKET = {
  region: 'us-east-1',
  surveyedAt: START.scheduledAt,
  source: 'live',
  newestPriceAt: null,
  vcpuQuotaOnDemand: 100,
  vcpuQuotaSpot: 100,
  pools: [
    {
      instanceType: m5,
      zone: 'us-east-1b',
      onDemandUsdPerHour: m5.onDemandUsdPerHour,
      spotUsdPerHour: null,
      spotHighUsdPerHour: null,
      emrFeeUsdPerHour: 0.1,
      emrFeeEstimated: false,
      reclaimsPerHour: 0,
    },
  ],
  notes: [],
};
