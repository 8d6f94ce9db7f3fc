import type { PlanForecast } from '../contracts/fleet-plan.ts';
import { medianOf } from '../numerics/quantiles.ts';

interface OnDemandRequest {
  /** what the plan forecast for the baseline fleet on demand; null when the job names none */
  readonly baseline: PlanForecast | null;
  /** median load the plan was made for, bytes */
  readonly plannedInputBytes: number | null;
  /** load the run had, bytes */
  readonly actualInputBytes: number | null;
  /** runtime model on the baseline fleet, seconds by bytes; without it runtime is taken as proportional to load */
  readonly baselineSecondsFor?: ((inputBytes: number) => number) | null;
}

/**
 * What the job's baseline fleet would have cost on demand for the load the run really had. Nobody measured it:
 * it is the plan's forecast for that fleet, with its runtime brought to the real load.
 *
 * @returns USD, or null without a baseline
 */
export function onDemandCost(request: OnDemandRequest): number | null {
  const { baseline, plannedInputBytes, actualInputBytes } = request;
  if (baseline === null) return null;
  if (plannedInputBytes === null || actualInputBytes === null || plannedInputBytes <= 0)
    return baseline.costUsd;
  const secondsFor = request.baselineSecondsFor ?? ((inputBytes: number) => inputBytes);
  const planned = secondsFor(plannedInputBytes);
  const loadFactor = planned > 0 ? secondsFor(actualInputBytes) / planned : 1;
  const runtimeSeconds = medianOf(baseline.runtimeSeconds);
  const paidSeconds = baseline.startupSeconds + runtimeSeconds;
  if (paidSeconds <= 0) return baseline.costUsd;
  return (baseline.costUsd * (baseline.startupSeconds + runtimeSeconds * loadFactor)) / paidSeconds;
}
