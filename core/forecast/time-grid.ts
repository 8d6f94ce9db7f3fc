import { sampleQuantile } from '../numerics/quantiles.ts';
import { MILLISECONDS_PER_DAY } from '../units.ts';

const MINUTE_MS = 60_000;
const MONTH_MS = 30.4375 * MILLISECONDS_PER_DAY;
/** Steps that schedules are made of, longest first; calendar months come before them. */
const STEPS_MS = [
  ...[14, 7, 2, 1].map((days) => days * MILLISECONDS_PER_DAY),
  ...[720, 480, 360, 240, 180, 120, 60, 30, 20, 15, 10, 5].map((minutes) => minutes * MINUTE_MS),
];
/** A gap belongs to a step when it is a multiple of it to within this share of the step. */
const JITTER_SHARE = 0.15;
/** Share of the gaps that must belong: a run started by hand is no schedule. */
const LEAST_FITTING_SHARE = 0.9;
const LEAST_MONTHLY_GAP_MS = 27 * MILLISECONDS_PER_DAY;
const MAX_STEPS = 1500;
/** Further ahead than this is forecast as the same place in a nearer season. */
const MAX_HORIZON_STEPS = 60;

/** A point in local time: see localMilliseconds. */
export interface LocalPoint {
  readonly localMs: number;
  readonly value: number;
}

export interface TimeGrid {
  /** at equal steps up to the last point, NaN where none lies */
  readonly values: Float64Array;
  readonly stepMs: number;
  /** of the target, counted from the last value: 1 is the next step */
  readonly horizonSteps: number;
}

/**
 * Lays points on a grid of the schedule that they show: the longest usual step that nearly all gaps are multiples
 * of, calendar months among them. Places are counted from the target, so that the target lies on the grid.
 *
 * @param points  ascending, at least one, all before the target
 * @param targetMs  the moment forecast, local as the points
 */
export function layOnGrid(points: readonly LocalPoint[], targetMs: number): TimeGrid {
  const times = [...points.map(({ localMs }) => localMs), targetMs];
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const stepMs = stepOf(gaps);
  const placeOf = (localMs: number): number =>
    stepMs === MONTH_MS ? monthOf(localMs) - monthOf(targetMs) : Math.round((localMs - targetMs) / stepMs);
  const last = Math.min(-1, placeOf(points.at(-1)?.localMs ?? targetMs));
  // runs less than half a step before the target are taken for those of the step before it
  const first = Math.min(Math.max(placeOf(points[0]?.localMs ?? targetMs), last - MAX_STEPS + 1), last);
  const values = new Float64Array(last - first + 1).fill(NaN);
  for (const { localMs, value } of points) {
    const place = Math.min(placeOf(localMs), last) - first;
    if (place >= 0) values[place] = value;
  }
  return { values, stepMs, horizonSteps: -last };
}

function stepOf(gaps: readonly number[]): number {
  const sorted = [...gaps].sort((a, b) => a - b);
  const usual = sampleQuantile(sorted, 0.5);
  // the gap to the target alone says little: a schedule is daily until two runs show another
  if (gaps.length < 2) return MILLISECONDS_PER_DAY;
  if (usual >= LEAST_MONTHLY_GAP_MS) return MONTH_MS;
  const longest = usual * (1 + JITTER_SHARE);
  return STEPS_MS.find((stepMs) => stepMs <= longest && fits(gaps, stepMs)) ?? Math.max(usual, MINUTE_MS);
}

function fits(gaps: readonly number[], stepMs: number): boolean {
  const fitting = gaps.filter((gap) => {
    const multiple = Math.max(1, Math.round(gap / stepMs));
    return Math.abs(gap - multiple * stepMs) <= JITTER_SHARE * stepMs;
  });
  return fitting.length >= LEAST_FITTING_SHARE * gaps.length;
}

function monthOf(localMs: number): number {
  const date = new Date(localMs);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}

/** A horizon near enough to be forecast step by step, at the same place in the longest season. */
export function nearHorizon(horizonSteps: number, periodsSteps: readonly number[]): number {
  if (horizonSteps <= MAX_HORIZON_STEPS) return horizonSteps;
  const season = periodsSteps.at(-1) ?? 1;
  return ((horizonSteps - 1) % season) + 1;
}
