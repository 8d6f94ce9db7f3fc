import { solvePositiveDefinite } from '../../numerics/solve-positive-definite.ts';
import { logScaleOf, rawScaleOf } from './scales.ts';
import type { Forecaster, RegularSeries } from './regular-series.ts';

export interface RidgeShape {
  /** logarithms or values as they are */
  readonly scale: 'log' | 'raw';
  /** steps back, at least 1 each; those that reach beyond half of the first cut are left out */
  readonly lagsSteps: readonly number[];
  readonly harmonics: readonly { readonly periodSteps: number; readonly count: number }[];
}

/** Added to the diagonal of the standardised normal equations; less where they are many for each coefficient. */
const PENALTY = 1;
const LIGHT_PENALTY = 0.1;
const MANY_ROWS_PER_COEFFICIENT = 4;
/** How far a forecast may leave the range seen, in standard deviations: recursion must not explode. */
const BEYOND_RANGE_DEVIATIONS = 1;
const INTERCEPT_PENALTY = 1e-6;
/** Equations below this share of the coefficients say nothing. */
const LEAST_ROWS_PER_COEFFICIENT = 0.5;

/**
 * Linear autoregression with harmonics of the seasons, shrunk by ridge, forecast step by step from its own
 * forecasts. The normal equations grow from cut to cut, so that many cuts cost little more than one.
 *
 * @see Hoerl and Kennard, Ridge Regression, 1970
 */
export function ridgeAutoregression(shape: RidgeShape): Forecaster {
  return (series, cuts, horizonSteps) => {
    const firstCut = cuts[0] ?? 0;
    const lags = shape.lagsSteps.filter((lag) => lag < firstCut / 2);
    const scale = shape.scale === 'raw' ? rawScaleOf(series.values) : logScaleOf(series.values);
    const maxLag = Math.max(0, ...lags);
    const size = 1 + lags.length + 2 * shape.harmonics.reduce((sum, { count }) => sum + count, 0);
    if (scale === null || lags.length === 0) return cuts.map(() => null);
    if (firstCut - maxLag < LEAST_ROWS_PER_COEFFICIENT * size) return cuts.map(() => null);
    const model = new GrowingRidge(
      standardised(series.values.map(scale.to), firstCut),
      lags,
      shape,
      size,
      series.observed,
    );
    let next = maxLag;
    return cuts.map((cut) => {
      model.learn(next, cut);
      next = cut;
      return model.forecast(cut, horizonSteps).map(scale.from);
    });
  };
}

interface Standardised {
  readonly values: Float64Array;
  readonly mean: number;
  readonly deviation: number;
}

function standardised(values: Float64Array, firstCut: number): Standardised {
  let sum = 0;
  for (let i = 0; i < firstCut; i += 1) sum += values[i] ?? 0;
  const mean = sum / firstCut;
  let squares = 0;
  for (let i = 0; i < firstCut; i += 1) squares += ((values[i] ?? 0) - mean) ** 2;
  const deviation = Math.sqrt(squares / firstCut) || 1;
  return { values: values.map((value) => (value - mean) / deviation), mean, deviation };
}

class GrowingRidge {
  private readonly data: Standardised;
  private readonly lags: readonly number[];
  private readonly size: number;
  private readonly observed: RegularSeries['observed'];
  private readonly gram: Float64Array;
  private readonly moments: Float64Array;
  private readonly row: Float64Array;
  private readonly waves: readonly Float64Array[];
  private rows = 0;
  private least = Infinity;
  private most = -Infinity;

  constructor(
    data: Standardised,
    lags: readonly number[],
    shape: RidgeShape,
    size: number,
    observed: RegularSeries['observed'],
  ) {
    this.data = data;
    this.lags = lags;
    this.size = size;
    this.observed = observed;
    this.gram = new Float64Array(size * size);
    this.moments = new Float64Array(size);
    this.row = new Float64Array(size);
    this.waves = wavesOf(shape);
  }

  /** Adds the equations of the values from..until; `from` is 0 or where the last call ended. */
  learn(from: number, until: number): void {
    const { size, gram, moments, row } = this;
    const { values } = this.data;
    for (let i = from; i < until; i += 1) {
      if (this.observed[i] === 0) continue;
      this.fillRow(values, i);
      const target = values[i] ?? 0;
      this.rows += 1;
      for (let a = 0; a < size; a += 1) {
        const factor = row[a] ?? 0;
        moments[a] = (moments[a] ?? 0) + factor * target;
        const start = a * size;
        for (let c = 0; c <= a; c += 1) gram[start + c] = (gram[start + c] ?? 0) + factor * (row[c] ?? 0);
      }
    }
  }

  forecast(cut: number, horizonSteps: number): Float64Array {
    const coefficients = this.solve();
    const known = this.data.values.subarray(0, cut);
    for (const value of known) {
      this.least = Math.min(this.least, value);
      this.most = Math.max(this.most, value);
    }
    const path = new Float64Array(cut + horizonSteps);
    path.set(known);
    for (let i = cut; i < path.length; i += 1) {
      this.fillRow(path, i);
      let sum = 0;
      for (let a = 0; a < this.size; a += 1) sum += (this.row[a] ?? 0) * (coefficients[a] ?? 0);
      path[i] = Math.min(
        this.most + BEYOND_RANGE_DEVIATIONS,
        Math.max(this.least - BEYOND_RANGE_DEVIATIONS, sum),
      );
    }
    return path.slice(cut).map((value) => value * this.data.deviation + this.data.mean);
  }

  private solve(): Float64Array {
    const lower = this.gram.slice();
    const penalty = this.rows < MANY_ROWS_PER_COEFFICIENT * this.size ? PENALTY : LIGHT_PENALTY;
    for (let a = 0; a < this.size; a += 1) {
      const place = a * this.size + a;
      lower[place] = (lower[place] ?? 0) + (a === 0 ? INTERCEPT_PENALTY : penalty);
    }
    const coefficients = this.moments.slice();
    solvePositiveDefinite(lower, coefficients);
    return coefficients;
  }

  private fillRow(values: Float64Array, i: number): void {
    const { row, lags, waves } = this;
    row[0] = 1;
    let place = 1;
    for (const lag of lags) {
      row[place] = values[i - lag] ?? 0;
      place += 1;
    }
    for (const wave of waves) {
      row[place] = wave[i % wave.length] ?? 0;
      place += 1;
    }
  }
}

/** One period of each sine and cosine. */
function wavesOf(shape: RidgeShape): Float64Array[] {
  return shape.harmonics.flatMap(({ periodSteps, count }) =>
    Array.from({ length: count }, (_, k) => (2 * Math.PI * (k + 1)) / periodSteps).flatMap((frequency) => [
      Float64Array.from({ length: periodSteps }, (_, i) => Math.sin(frequency * i)),
      Float64Array.from({ length: periodSteps }, (_, i) => Math.cos(frequency * i)),
    ]),
  );
}
