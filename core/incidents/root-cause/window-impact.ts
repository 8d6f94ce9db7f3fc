import { sampleMedian } from '../../numerics/median-and-spread.ts';

/** A metric of one thing over time, and how much of it there was to measure. Missing points are null. */
export interface LoadedSeries {
  readonly values: readonly (number | null)[];
  /** requests, tasks, instance hours behind each value; null where unknown */
  readonly loads: readonly (number | null)[];
}

export type WorseWhen = 'higher' | 'lower';

/** What a window of a series usually costs, learnt from a time when nothing was wrong. */
export interface ImpactHistory {
  readonly worse: WorseWhen;
  readonly typicalValue: number;
  readonly typicalLoad: number;
  /** the impact of each window of the past, by its first point; NaN where nothing was measured */
  readonly windows: Float64Array;
  readonly windowPoints: number;
}

const FEWEST_POINTS = 10;

/**
 * Learns what windows of a series usually cost.
 *
 * @param windowPoints  how many points a window has
 * @returns null when too little is known of the past
 */
export function impactHistory(
  past: LoadedSeries,
  worse: WorseWhen,
  windowPoints: number,
): ImpactHistory | null {
  const known = past.values.filter((value) => value !== null);
  if (known.length < FEWEST_POINTS) return null;
  const loads = past.loads.filter((load) => load !== null);
  const history = {
    worse,
    typicalValue: sampleMedian(known),
    typicalLoad: loads.length === 0 ? 1 : sampleMedian(loads),
    windowPoints,
  };
  const starts = Math.max(0, past.values.length - windowPoints + 1);
  const windows = Float64Array.from({ length: starts }, (_, from) => {
    const amount = amountOf(history, sliceOf(past, from, windowPoints));
    return amount ?? NaN;
  });
  return { ...history, windows };
}

/** A part of a series. */
export function sliceOf({ values, loads }: LoadedSeries, from: number, points: number): LoadedSeries {
  return { values: values.slice(from, from + points), loads: loads.slice(from, from + points) };
}

/**
 * What a window costs: its distance from the typical value in the worse direction, times the load that felt it, mean
 * over its points. Below zero when it went better than usual; null when nothing was measured.
 */
export function amountOf(
  { worse, typicalValue, typicalLoad }: Pick<ImpactHistory, 'worse' | 'typicalValue' | 'typicalLoad'>,
  { values, loads }: LoadedSeries,
): number | null {
  let [sum, count] = [0, 0];
  values.forEach((value, i) => {
    if (value === null) return;
    const distance = worse === 'higher' ? value - typicalValue : typicalValue - value;
    sum += distance * (loads[i] ?? typicalLoad);
    count += 1;
  });
  return count === 0 ? null : sum / count;
}

/**
 * How likely a window costs as much when nothing is wrong: by its rank among the past ones, and beyond the worst of
 * them by a tail that falls as its inverse (Pareto, index 1), so that far is more than near.
 *
 * @param except  the first point of a window that has no say, nor has what overlaps it: for judging the past itself
 * @returns above 0, at most 1
 */
export function tailProbability(
  { windows, windowPoints }: ImpactHistory,
  amount: number,
  except?: number,
): number {
  let [known, atLeast, worst] = [0, 0, 0];
  windows.forEach((past, from) => {
    if (Number.isNaN(past)) return;
    if (except !== undefined && Math.abs(from - except) < windowPoints) return;
    known += 1;
    if (past >= amount) atLeast += 1;
    if (past > worst) worst = past;
  });
  const ranked = (1 + atLeast) / (known + 1);
  return worst > 0 && amount > worst ? (ranked * worst) / amount : ranked;
}
