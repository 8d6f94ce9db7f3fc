import { describe, expect, test } from 'vitest';
import {
  serverlessCost,
  serverlessCostOf,
  USUAL_SERVERLESS_RATES,
} from '../../../core/market/serverless-price.ts';
import { certain } from '../../../core/numerics/quantiles.ts';

const use = {
  architecture: 'x86_64',
  workers: 10,
  vcpusPerWorker: 4,
  memoryGibPerWorker: 16,
  storageGibPerWorker: 20,
  seconds: 3600,
} as const;
const plan = {
  architecture: 'x86_64' as const,
  ebsGib: 64,
  fleets: [
    { role: 'primary' as const, instanceTypes: [], onDemandUnits: 4, spotUnits: 0 },
    { role: 'core' as const, instanceTypes: [], onDemandUnits: 16, spotUnits: 0 },
    { role: 'task' as const, instanceTypes: [], onDemandUnits: 0, spotUnits: 20 },
  ],
  executor: {
    cores: 4,
    memoryMib: 12 * 1024,
    memoryOverheadMib: 1024,
    driver: { cores: 1, memoryMib: 2048, memoryOverheadMib: 384 },
  },
  forecast: {
    costUsd: 1,
    costHighUsd: 1,
    lateProbability: 0,
    runtimeSeconds: certain(1800),
    startupSeconds: 420,
    utilisation: 0.8,
    costSplitUsd: { compute: 1, emrFee: 0, storage: 0 },
  },
};

describe('EMR Serverless', () => {
  test('charges vCPUs, memory and storage beyond what is free, by the second', () => {
    const cost = serverlessCost(use, USUAL_SERVERLESS_RATES);
    expect(cost.computeUsd).toBeCloseTo(40 * 0.052624);
    expect(cost.memoryUsd).toBeCloseTo(160 * 0.0057785);
    expect(cost.storageUsd).toBe(0);
    expect(cost.totalUsd).toBeCloseTo(cost.computeUsd + cost.memoryUsd);
    const disks = serverlessCost({ ...use, storageGibPerWorker: 120 }, USUAL_SERVERLESS_RATES);
    expect(disks.storageUsd).toBeCloseTo(10 * 100 * 0.000111);
    const half = serverlessCost({ ...use, seconds: 1800 }, USUAL_SERVERLESS_RATES);
    expect(half.totalUsd).toBeCloseTo(cost.totalUsd / 2);
  });

  test('charges a minute at least, and less for arm64', () => {
    const at = (seconds: number) => serverlessCost({ ...use, seconds }, USUAL_SERVERLESS_RATES).totalUsd;
    expect(at(5)).toBe(at(60));
    const arm = serverlessCost({ ...use, architecture: 'arm64' }, USUAL_SERVERLESS_RATES);
    expect(arm.totalUsd / at(3600)).toBeCloseTo(0.8);
  });

  test('is priced for a plan’s executors and its driver over the median runtime', () => {
    // 36 vCPUs hold nine executors of four, in workers of 4 vCPUs and 13 GiB
    const expected = serverlessCost(
      { ...use, workers: 10, memoryGibPerWorker: 13, seconds: 1800 },
      USUAL_SERVERLESS_RATES,
    );
    expect(serverlessCostOf(plan, USUAL_SERVERLESS_RATES)).toEqual(expected);
  });

  test('has no worker for executors that are larger than its largest', () => {
    const executor = { ...plan.executor, cores: 16, memoryMib: 130 * 1024 };
    expect(serverlessCostOf({ ...plan, executor }, USUAL_SERVERLESS_RATES)).toBeUndefined();
  });
});
