import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from '../numerics/quantiles.ts';
import { isoInstant, MILLISECONDS_PER_DAY } from '../units.ts';
import type { LocalPoint } from './time-grid.ts';

export type SpecialDay = 'holiday' | 'month end' | 'month start';

/** What a kind of day does to the load, as a logarithm of a factor. */
export interface CalendarEffect {
  readonly logFactor: number;
  /** standard deviation of logFactor */
  readonly logSpread: number;
  /** such days in the past */
  readonly seen: number;
}

const KINDS: readonly SpecialDay[] = ['holiday', 'month end', 'month start'];
/** A usual day is compared with: the same weekday this many weeks before and after. */
const WEEKS_COMPARED = 2;
const DAYS_PER_WEEK = 7;
/** An effect is believed from this many standard errors on. */
const BELIEVED_ERRORS = 2.5;
/** What a kind of day may do that was never seen: a factor of 1.5 either way, in two thirds of cases. */
const UNSEEN_LOG_SPREAD = 0.4;
const LEAST_NOISE = 0.01;

/**
 * What special days do: each compared with the same weekday in the weeks around it. Believed where it stands out
 * of the noise between ordinary days, and shrunk where few such days were seen.
 *
 * @param points  with the logarithm of the size as value
 * @param holidays  dates as YYYY-MM-DD
 * @returns effects believed, by kind; and of a holiday never seen that nothing is known
 */
export function calendarEffects(
  points: readonly LocalPoint[],
  holidays: readonly string[],
): Map<SpecialDay, CalendarEffect> {
  const kindOf = specialDays(holidays);
  const byDay = dailyMeans(points);
  const differences = new Map<SpecialDay | null, number[]>();
  for (const [day, value] of byDay) {
    const usual = usualAround(byDay, day, kindOf);
    if (usual === null) continue;
    const kind = kindOf(day);
    differences.set(kind, [...(differences.get(kind) ?? []), value - usual]);
  }
  const ordinary = (differences.get(null) ?? []).map(Math.abs).sort((a, b) => a - b);
  const noise =
    ordinary.length === 0 ? UNSEEN_LOG_SPREAD : MAD_TO_STANDARD_DEVIATION * sampleQuantile(ordinary, 0.5);
  const effects = new Map<SpecialDay, CalendarEffect>();
  for (const kind of KINDS) {
    const effect = effectOf(differences.get(kind) ?? [], Math.max(noise, LEAST_NOISE));
    if (effect !== null) effects.set(kind, effect);
    else if (kind === 'holiday' && !differences.has(kind))
      effects.set(kind, { logFactor: 0, logSpread: UNSEEN_LOG_SPREAD, seen: 0 });
  }
  return effects;
}

/** What kind of day it is; null for most. A holiday is one even at a month's end. */
export function specialDayAt(localMs: number, holidays: readonly string[]): SpecialDay | null {
  return specialDays(holidays)(dayOf(localMs));
}

function specialDays(holidays: readonly string[]): (day: number) => SpecialDay | null {
  const known = new Set(holidays);
  return (day) => {
    const startMs = day * MILLISECONDS_PER_DAY;
    if (known.has(isoInstant(startMs).slice(0, 10))) return 'holiday';
    if (new Date(startMs).getUTCDate() === 1) return 'month start';
    return new Date(startMs + MILLISECONDS_PER_DAY).getUTCDate() === 1 ? 'month end' : null;
  };
}

function dailyMeans(points: readonly LocalPoint[]): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { localMs, value } of points) {
    const { sum, count } = sums.get(dayOf(localMs)) ?? { sum: 0, count: 0 };
    sums.set(dayOf(localMs), { sum: sum + value, count: count + 1 });
  }
  return new Map([...sums].map(([day, { sum, count }]) => [day, sum / count]));
}

function dayOf(localMs: number): number {
  return Math.floor(localMs / MILLISECONDS_PER_DAY);
}

function usualAround(
  byDay: ReadonlyMap<number, number>,
  day: number,
  kindOf: (day: number) => SpecialDay | null,
): number | null {
  const values: number[] = [];
  for (let week = -WEEKS_COMPARED; week <= WEEKS_COMPARED; week += 1) {
    const other = day + week * DAYS_PER_WEEK;
    const value = byDay.get(other);
    if (week !== 0 && value !== undefined && kindOf(other) === null) values.push(value);
  }
  if (values.length === 0) return null;
  return sampleQuantile(
    values.sort((a, b) => a - b),
    0.5,
  );
}

function effectOf(differences: readonly number[], noise: number): CalendarEffect | null {
  const seen = differences.length;
  if (seen === 0) return null;
  const mean = differences.reduce((sum, value) => sum + value, 0) / seen;
  const error = noise / Math.sqrt(seen);
  if (Math.abs(mean) < BELIEVED_ERRORS * error) return null;
  return {
    logFactor: (mean * seen) / (seen + 1),
    logSpread: Math.hypot(Math.abs(mean) / (seen + 1), error),
    seen,
  };
}
