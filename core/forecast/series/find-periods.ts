import { MILLISECONDS_PER_DAY } from '../../units.ts';
import { logScaleOf, rawScaleOf } from './scales.ts';

const CALENDAR_MS = {
  day: MILLISECONDS_PER_DAY,
  week: 7 * MILLISECONDS_PER_DAY,
  year: 365.25 * MILLISECONDS_PER_DAY,
};
/** Autocorrelation from which another rhythm than the calendar's is believed, and its lead over the calendar's. */
const BELIEVED_CORRELATION = 0.4;
const LEAD_OVER_CALENDAR = 0.15;
/** A rhythm is looked for up to this share of the past, so that it is seen three times. */
const LONGEST_SHARE = 1 / 3;
const SHORTEST_STEPS = 3;
/** Below this there are rhythms in any noise. */
const LEAST_STEPS = 24;

/**
 * Season lengths that a series may have (whether it does, the members' backtests decide): those of the calendar that fit its step, unless the data themselves show
 * another rhythm much more clearly (a cycle of ten days, of five trading days).
 *
 * @param values  at equal steps, gaps filled
 * @param stepMs  distance of two values, milliseconds
 * @returns steps, ascending; empty when the past is not longer than any
 */
export function findPeriods(values: Float64Array, stepMs: number): number[] {
  const calendar = Object.values(CALENDAR_MS)
    .map((periodMs) => Math.round(periodMs / stepMs))
    .filter((steps) => steps >= 2 && values.length > steps);
  const found = strongestRhythm(values, calendar);
  return found === null ? calendar : [found];
}

function strongestRhythm(values: Float64Array, calendar: readonly number[]): number | null {
  const longest = Math.floor(values.length * LONGEST_SHARE);
  if (values.length < LEAST_STEPS) return null;
  const detrended = withoutTrend(values.map((logScaleOf(values) ?? rawScaleOf(values)).to));
  const correlationAt = correlations(detrended);
  const ofCalendar = Math.max(0, ...calendar.map(correlationAt));
  let best = { steps: 0, correlation: Math.max(BELIEVED_CORRELATION, ofCalendar + LEAD_OVER_CALENDAR) };
  let before = correlationAt(SHORTEST_STEPS - 1);
  let here = correlationAt(SHORTEST_STEPS);
  for (let steps = SHORTEST_STEPS; steps <= longest; steps += 1) {
    const after = correlationAt(steps + 1);
    const isPeak = here > before && here >= after;
    if (isPeak && here > best.correlation) best = { steps, correlation: here };
    before = here;
    here = after;
  }
  return best.steps === 0 ? null : best.steps;
}

function withoutTrend(values: Float64Array): Float64Array {
  const middle = (values.length - 1) / 2;
  let sum = 0;
  let products = 0;
  let squares = 0;
  values.forEach((value, i) => {
    sum += value;
    products += (i - middle) * value;
    squares += (i - middle) ** 2;
  });
  const slope = products / squares;
  return values.map((value, i) => value - sum / values.length - slope * (i - middle));
}

/** Autocorrelation by lag, each term's count put right; 0 for a constant series. */
function correlations(values: Float64Array): (lagSteps: number) => number {
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  return (lagSteps) => {
    let sum = 0;
    for (let i = lagSteps; i < values.length; i += 1) sum += (values[i] ?? 0) * (values[i - lagSteps] ?? 0);
    return variance > 0 ? sum / (values.length - lagSteps) / variance : 0;
  };
}
