import { certain, quantilesOf } from '../../core/numerics/quantiles.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { BYTES_PER_GIB } from '../../core/units.ts';
import { ReportData, type JobView, type RunView } from '../../dashboard/report-data.ts';
import { summariseRuns } from '../../dashboard/summarise-runs.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-01-05T02:00:00Z');

/** A report of made-up runs: a fortnight of each job, one late, one failed before it launched. */
export function sampleReport(
  jobNames: readonly string[] = ['orders-nightly', 'clickstream-features'],
): ReportData {
  const jobs = jobNames.map(jobView);
  const runs = jobs.flatMap((job) => job.runs);
  return ReportData.parse({
    source: {
      kind: 'simulation',
      seed: '1',
      world: 'fortnight',
      transport: 'in-process',
      traceHash: 'f'.repeat(64),
    },
    from: '2026-01-05T00:00:00.000Z',
    until: '2026-01-19T00:00:00.000Z',
    total: summariseRuns(runs),
    jobs,
    timeline: runs.map((run) => ({
      at: run.record.scheduledAt,
      job: run.record.job,
      kind: 'planned',
      text: 'planned',
    })),
    incidents: [
      {
        id: 'inc-1',
        headline: 'us-east-1b took <all> back',
        openedAt: '2026-01-06T02:10:00.000Z',
        closedAt: null,
        severity: 'high',
        jobs: ['orders-nightly'],
        alarms: 4,
        causes: [{ cause: 'us-east-1b took <all> back', confidence: 0.88 }],
        actions: [
          {
            ...{ says: 'Leave out the pool.', done: true, because: 'every job hit has the autonomy "auto"' },
            helped: { yes: true, because: 'nothing like it came for 15 min' },
          },
          { says: 'Pause the job.', done: false, because: 'the runbook is a dry run', helped: null },
        ],
        told: true,
      },
    ],
    messages: [
      {
        at: '2026-01-06T03:00:00.000Z',
        subject: 'orders-nightly landed <on time>',
        text: 'All is well & good.',
      },
    ],
  });
}

function jobView(name: string): JobView {
  const runs = Array.from({ length: 14 }, (_, day) => runView(name, day));
  return {
    name,
    task: 'etl',
    description: 'Joins what must be joined',
    startText: 'daily at 02:00 UTC',
    deadlineText: 'by 05:30 UTC',
    sloTarget: 0.95,
    budgetTargetUsd: 12,
    budgetLimitUsd: 40,
    summary: summariseRuns(runs),
    runs,
  };
}

function runView(job: string, day: number): RunView {
  const rng = seededRng(`${job} ${day}`);
  const at = (minutes: number) => new Date(START_MS + day * DAY_MS + minutes * 60_000).toISOString();
  const outcome = day === 3 ? 'late' : day === 7 ? 'failed' : 'succeeded';
  const ran = outcome !== 'failed';
  const loadBytes = (150 + 60 * rng()) * BYTES_PER_GIB;
  const minutes = day === 3 ? 205 : 60 + 40 * rng();
  const spread = quantilesOf(Array.from({ length: 50 }, () => 50 + 60 * rng()));
  return {
    record: {
      runKey: `${job}@${at(0)}`,
      job,
      task: 'etl',
      scheduledAt: at(0),
      deadlineAt: at(210),
      attempt: 1,
      outcome,
      outcomeReason: 'as it came',
      failure: null,
      inputBytes: ran ? loadBytes : null,
      forecastInputBytes: spread.map((value) => (value + 100) * BYTES_PER_GIB),
      forecastMethod: 'seasonal-profile',
      plan: null,
      cores: ran ? 96 : null,
      nodes: ran ? 12 : null,
      memoryMib: ran ? 96 * 4096 : null,
      coreSpeed: ran ? 1 : null,
      instanceTypes: ['m5.2xlarge'],
      launchedAt: ran ? at(1) : null,
      stepsStartedAt: ran ? at(9) : null,
      stepsEndedAt: ran ? at(9 + minutes) : null,
      runtimeSeconds: ran ? minutes * 60 : null,
      predictedRuntimeSeconds: spread.map((value) => value * 60),
      costUsd: ran ? 8 + 3 * rng() : 0,
      costIsEstimate: true,
      costNotes: [],
      predictedCostUsd: 9,
      onDemandCostUsd: ran ? 20 : null,
      utilisation: ran ? 0.7 + 0.2 * rng() : null,
      paidEfficiency: ran ? 0.6 : null,
      spotInstanceHours: 10,
      reclaims: 0,
      eventLog: null,
      outputPresent: ran,
    },
    plan: ran ? samplePlan(job, at) : null,
    decisions: [],
    chargedUsd: ran ? 8 + 3 * rng() : 0,
    releasedAt: ran ? at(12 + minutes) : null,
  };
}

function samplePlan(job: string, at: (minutes: number) => string): NonNullable<RunView['plan']> {
  const forecast = (costUsd: number, lateProbability: number) => ({
    costUsd,
    costHighUsd: costUsd * 1.3,
    lateProbability,
    runtimeSeconds: certain(4000),
    startupSeconds: 400,
    utilisation: 0.8,
    costSplitUsd: { compute: costUsd * 0.7, emrFee: costUsd * 0.25, storage: costUsd * 0.05 },
  });
  const fleets: NonNullable<RunView['plan']>['fleets'] = [
    {
      role: 'primary',
      instanceTypes: [{ name: 'm5.xlarge', weightUnits: 4 }],
      onDemandUnits: 4,
      spotUnits: 0,
    },
    {
      role: 'core',
      instanceTypes: [{ name: 'm5.2xlarge', weightUnits: 8 }],
      onDemandUnits: 96,
      spotUnits: 0,
    },
  ];
  return {
    runKey: `${job}@${at(0)}`,
    job,
    plannedAt: at(0),
    deadlineAt: at(210),
    region: 'us-east-1',
    zone: 'us-east-1a',
    architecture: 'x86_64',
    fleets,
    executor: {
      cores: 4,
      memoryMib: 12_000,
      memoryOverheadMib: 1200,
      driver: { cores: 1, memoryMib: 2048, memoryOverheadMib: 384 },
    },
    ebsGib: 64,
    bounds: { maxNodes: 50, limitUsd: 100 },
    forecast: forecast(9, 0.01),
    meetsSlo: true,
    baseline: forecast(20, 0.002),
    reasons: ['The cheapest of 120 plans that are late in less than 5 % of scenarios.'],
    alternatives: [
      { label: 'all on demand', fleets, forecast: forecast(16, 0.004), whyNot: 'costs 7.00 USD more' },
    ],
    front: Array.from({ length: 12 }, (_, i) => ({
      costUsd: 6 + i,
      lateProbability: Math.exp(-i / 2),
      utilisation: 0.8,
      chosen: i === 3,
    })),
    solver: { method: 'nsga2', seed: '1', generations: 100, evaluations: 10_000 },
    models: { load: 'seasonal-profile', runtime: 'runtime-000000000000' },
    market: { source: 'live', surveyedAt: at(0), notes: [] },
  };
}
