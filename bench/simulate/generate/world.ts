import type { Rng } from '../../../core/numerics/rng.ts';
import { between, chance, oneOf, rounded, weighted, wholeBetween } from './draws.ts';
import type { DrawnJob } from './jobs.ts';

/** Days on which clocks change or that are rare, and any other. */
export function drawStartDate(rng: Rng): string {
  const usual = `2026-${twoDigits(wholeBetween(rng, 1, 12))}-${twoDigits(wholeBetween(rng, 1, 28))}`;
  return weighted(rng, [
    [8, usual],
    [1, '2026-03-28'],
    [1, '2026-10-24'],
    [0.5, '2026-03-07'],
    [0.5, '2026-10-31'],
    [1, '2028-02-28'],
  ]);
}

/** The world of these jobs: their data, what they do, the market and how Spark behaves. */
export function drawWorld(rng: Rng, jobs: readonly DrawnJob[]) {
  const tight = chance(rng, 0.3);
  return {
    description: tight ? 'A tight market.' : 'A calm market.',
    market: {
      capacity: {
        spotCapacityVcpus: tight ? wholeBetween(rng, 60, 300) : 2000,
        meanTightness: rounded(tight ? between(rng, 0.55, 0.8) : between(rng, 0.15, 0.45)),
      },
      reclaims: { eventsPerHour: rounded(tight ? between(rng, 0.02, 0.2) : 0.002, 3) },
      price: { historyDays: 14 },
    },
    spark: { progressReported: chance(rng, 0.7) },
    dataSets: jobs.map((job) => dataSetOf(rng, job)),
    programs: Object.fromEntries(jobs.map((job) => [job.name, programOf(rng, job)])),
  };
}

function dataSetOf(rng: Rng, { name, typicalGib }: DrawnJob) {
  const arrives = name === 'inventory';
  return {
    name,
    uri: `s3://example-data/${name}/dt={{date}}/`,
    baseGib: typicalGib,
    dailyGrowth: rounded(between(rng, 0, 0.03), 3),
    noiseSigma: rounded(between(rng, 0.02, 0.3)),
    arrival: {
      at: arrives ? `0${wholeBetween(rng, 2, 6)}:10` : '00:10',
      dayOffset: 1,
      meanDelayMinutes: wholeBetween(rng, 1, 10),
    },
    objectCount: 4,
    pastDays: 2,
  };
}

function programOf(rng: Rng, job: DrawnJob) {
  const { coreSecondsPerGib, typicalGib } = job;
  // what a team knows of its job may be off: by much, now and then
  const surprise = weighted(rng, [
    [6, between(rng, 0.85, 1.15)],
    [2, between(rng, 0.5, 2)],
    [0.7, between(rng, 2, 6)],
  ]);
  const work = coreSecondsPerGib * surprise;
  return {
    referenceGib: typicalGib,
    workSigma: rounded(between(rng, 0.02, 0.15)),
    failureRate: chance(rng, 0.1) ? 0.15 : 0,
    outputObjects: 4,
    stages: [
      {
        name: 'read',
        reads: 'input',
        coreSecondsPerGib: Math.round(work * 0.65),
        tasks: { fixed: oneOf(rng, [24, 48, 64]) },
        shuffleGibPerGib: rounded(between(rng, 0.1, 0.5)),
        skewSigma: rounded(between(rng, 0.1, 0.6)),
        memoryGibPerCore: rounded(between(rng, 0.3, 1.2)),
      },
      {
        name: 'write',
        coreSecondsPerGib: Math.round(work * 0.35),
        tasks: { fixed: oneOf(rng, [12, 32, 48]) },
      },
    ],
  };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
