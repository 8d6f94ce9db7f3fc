import type { DeploymentLimits } from '../../../core/contracts/control.ts';
import type { Rng } from '../../../core/numerics/rng.ts';
import { between, rounded, weighted, wholeBetween } from './draws.ts';
import type { DrawnJob } from './jobs.ts';

/** Room for everything that a scenario launches. */
const AMPLE_LAUNCHES = 60;
const AMPLE_VCPUS = 4000;

/** What the account is held to: mostly more than is needed, now and then what stops a run or makes it wait. */
export function drawLimits(rng: Rng, jobs: readonly DrawnJob[]): DeploymentLimits {
  const runsUsd = jobs.reduce((sum, { limitUsd, starts }) => sum + limitUsd * Math.max(starts.length, 1), 0);
  return {
    accountMonthUsd: weighted<() => number | null>(rng, [
      [8, () => null],
      [1, () => rounded(runsUsd * between(rng, 1, 3), 4)],
      [1, () => rounded(runsUsd * between(rng, 0.1, 0.8), 4)],
    ])(),
    launchesPerHour: weighted(rng, [
      [8, AMPLE_LAUNCHES],
      [1, wholeBetween(rng, 1, 2)],
    ]),
  };
}

/** vCPUs that EC2 allows at a time: now and then no more than a fleet or two. */
export function drawQuotas(rng: Rng) {
  const quota = () =>
    weighted(rng, [
      [9, AMPLE_VCPUS],
      [1, wholeBetween(rng, 48, 160)],
    ]);
  return { onDemandVcpus: quota(), spotVcpus: quota() };
}
