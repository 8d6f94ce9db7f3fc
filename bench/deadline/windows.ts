import { InvalidInputError } from '../../core/errors.ts';
import { SECONDS_PER_HOUR, SECONDS_PER_MINUTE } from '../../core/units.ts';
import type { PurchaseTerms } from '../../core/pilot/purchase/purchase-pilot.ts';
import type { Trace } from './read-traces.ts';

/** The published job: two days of work. */
const WORK_HOURS = 48;
export const DEADLINES_HOURS = [52, 56, 64, 72] as const;
export const OVERHEADS_MINUTES = [6.5, 13] as const;

/** USD per hour of the instance whose traces were published first: p3.2xlarge (V100) in us-east-1. */
const ON_DEMAND_USD_PER_HOUR = 3.06;
const SPOT_USD_PER_HOUR = 0.9731;

/** One job on one stretch of a trace. */
export interface Window {
  readonly trace: string;
  readonly available: readonly boolean[];
  readonly terms: PurchaseTerms;
  /** without any spot: the work and one start, USD */
  readonly onDemandUsd: number;
}

/**
 * Windows of a cell, spread evenly over each trace. Every cell begins at the same ticks, so that deadlines compare.
 *
 * @param perTrace  how many windows of each trace
 * @throws InvalidInputError  for a trace that is too short for the longest deadline, or too coarse
 */
export function windowsOf(
  traces: readonly Trace[],
  deadlineHours: number,
  overheadMinutes: number,
  perTrace: number,
): Window[] {
  return traces.flatMap((trace) => {
    const ticksOf = (hours: number) => (hours * SECONDS_PER_HOUR) / trace.secondsPerTick;
    const workTicks = Math.ceil(ticksOf(WORK_HOURS));
    const deadlineTicks = Math.floor(ticksOf(deadlineHours));
    const longest = Math.floor(ticksOf(Math.max(...DEADLINES_HOURS)));
    // a start takes whole ticks, one at least
    const overheadTicks = Math.max(
      1,
      Math.round((overheadMinutes * SECONDS_PER_MINUTE) / trace.secondsPerTick),
    );
    const last = trace.available.length - longest - 1;
    if (last < 0 || deadlineTicks < workTicks + 2 * overheadTicks + 1) throw unfit(trace, longest);
    const hours = trace.secondsPerTick / SECONDS_PER_HOUR;
    const terms = {
      workTicks,
      deadlineTicks,
      overheadTicks,
      spotUsdPerTick: SPOT_USD_PER_HOUR * hours,
      onDemandUsdPerTick: ON_DEMAND_USD_PER_HOUR * hours,
    };
    const starts = Array.from({ length: perTrace }, (_, i) =>
      Math.trunc(perTrace === 1 ? 0 : (last * i) / (perTrace - 1)),
    );
    return [...new Set(starts)].map((start) => ({
      trace: trace.name,
      available: trace.available.slice(start, start + deadlineTicks),
      terms,
      onDemandUsd: terms.onDemandUsdPerTick * (workTicks + overheadTicks),
    }));
  });
}

function unfit({ name, available, secondsPerTick }: Trace, longest: number): InvalidInputError {
  const hours = ((available.length * secondsPerTick) / SECONDS_PER_HOUR).toFixed(1);
  return new InvalidInputError(
    `${name}: found ${available.length} values, ${secondsPerTick} s apart (${hours} h); allowed: more than ` +
      `${longest} (${Math.max(...DEADLINES_HOURS)} h), at most an hour apart.`,
  );
}
