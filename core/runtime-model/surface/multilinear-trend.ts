import { nonNegativeDescent } from '../../numerics/non-negative-descent.ts';
import type { SurfaceColumn, SurfaceRun } from './surface-column.ts';
import type { Trend } from './trend.ts';

/** With more columns than this, only products of two are terms. */
const MOST_COLUMNS_MULTIPLIED = 4;
/** The usual split of a runtime counts as this many runs. */
const PRIOR_WEIGHT_RUNS = 0.2;
/** What usually makes up a runtime: a fixed part, data over cores, and data times parameters over cores. */
const USUAL_FIXED_SHARE = 0.2;
const USUAL_DATA_SHARE = 0.4;
const USUAL_PRODUCTS_SHARE = 0.2;
const PASSES = 3;
/** A fit that says less than this part of a run's time is not divided by. */
const LEAST_SHARE = 0.2;
/** No prediction is lower than this part of the fastest run. */
const LEAST_SHARE_OF_FASTEST = 0.3;

/**
 * Seconds as a sum of non-negative terms: every product of volume and parameters, each once as it is (what one
 * core does) and once divided by the cores (what all of them do). A generalisation of Ernest's features to jobs
 * with parameters, fitted on relative error, with the usual split of a runtime as a light prior.
 *
 * @see Venkataraman et al., Ernest: Efficient Performance Prediction for Large-Scale Advanced Analytics, NSDI 2016
 */
export class MultilinearTrend implements Trend {
  readonly #terms: MultilinearTerms;
  readonly #leastSeconds: number;
  readonly #rows: readonly Float64Array[];
  #coefficients: Float64Array;
  #equations: RidgeEquations;

  constructor(columns: readonly SurfaceColumn[], runs: readonly SurfaceRun[]) {
    this.#terms = new MultilinearTerms(columns, runs);
    this.#leastSeconds = LEAST_SHARE_OF_FASTEST * Math.min(...runs.map((run) => run.runtimeSeconds));
    const logSum = runs.reduce((sum, run) => sum + Math.log(run.runtimeSeconds), 0);
    const typicalSeconds = Math.exp(logSum / runs.length);
    const prior = this.#terms.usualShares().map((share) => share * typicalSeconds);
    this.#rows = runs.map((run) => this.#terms.at(run.values));
    this.#coefficients = prior;
    this.#equations = new RidgeEquations(prior);
    for (let pass = 0; pass < PASSES; pass += 1) {
      const equations = new RidgeEquations(prior);
      runs.forEach((run, i) => {
        const row = this.#rows[i] ?? new Float64Array(prior.length);
        const said = pass === 0 ? run.runtimeSeconds : dot(row, this.#coefficients);
        const scale = run.runtimeSeconds * Math.max(said, LEAST_SHARE * run.runtimeSeconds);
        equations.add(row, run.runtimeSeconds, (run.weight * typicalSeconds ** 2) / scale);
      });
      this.#coefficients = equations.solve(this.#coefficients);
      this.#equations = equations;
    }
  }

  logSecondsAt(values: readonly number[]): number {
    return this.#logOf(dot(this.#terms.at(values), this.#coefficients));
  }

  logSecondsWithout(points: readonly number[]): number[] {
    const coefficients = this.#equations.solveWithout(points, this.#coefficients);
    return this.#rows.map((row) => this.#logOf(dot(row, coefficients)));
  }

  #logOf(seconds: number): number {
    return Math.log(Math.max(seconds, this.#leastSeconds));
  }
}

/** Normal equations with a ridge towards prior coefficients, from which rows can be taken out again. */
class RidgeEquations {
  readonly #gram: Float64Array;
  readonly #projection: Float64Array;
  readonly #rows: { row: Float64Array; seconds: number; weight: number }[] = [];

  constructor(prior: Float64Array) {
    const size = prior.length;
    this.#gram = new Float64Array(size * size);
    for (let i = 0; i < size; i += 1) this.#gram[i * size + i] = PRIOR_WEIGHT_RUNS;
    this.#projection = prior.map((value) => PRIOR_WEIGHT_RUNS * value);
  }

  add(row: Float64Array, seconds: number, weight: number): void {
    this.#rows.push({ row, seconds, weight });
    accumulate(this.#gram, this.#projection, row, seconds, weight);
  }

  solve(start: Float64Array): Float64Array {
    return nonNegativeDescent(this.#gram, this.#projection, start);
  }

  solveWithout(indices: readonly number[], start: Float64Array): Float64Array {
    const [gram, projection] = [this.#gram.slice(), this.#projection.slice()];
    for (const index of indices) {
      const left = this.#rows[index];
      if (left !== undefined) accumulate(gram, projection, left.row, left.seconds, -left.weight);
    }
    return nonNegativeDescent(gram, projection, start);
  }
}

function accumulate(
  gram: Float64Array,
  projection: Float64Array,
  row: Float64Array,
  seconds: number,
  weight: number,
): void {
  const size = row.length;
  for (let i = 0; i < size; i += 1) {
    const share = weight * (row[i] ?? 0);
    projection[i] = (projection[i] ?? 0) + share * seconds;
    for (let j = 0; j < size; j += 1) gram[i * size + j] = (gram[i * size + j] ?? 0) + share * (row[j] ?? 0);
  }
}

/** The terms of the sum, each of the order of 1 where the runs lie. */
class MultilinearTerms {
  readonly #columns: readonly SurfaceColumn[];
  readonly #means: readonly number[];
  readonly #largest: readonly number[];
  readonly #others: readonly number[];
  readonly #products: readonly (readonly number[])[];

  constructor(columns: readonly SurfaceColumn[], runs: readonly SurfaceRun[]) {
    this.#columns = columns;
    this.#largest = columns.map((_, k) => Math.max(...runs.map(({ values }) => values[k] ?? 0)));
    this.#means = columns.map((_, k) => {
      const mean = runs.reduce((sum, { values }) => sum + this.#work(k, values[k] ?? 0), 0) / runs.length;
      return mean > 0 ? mean : 1;
    });
    this.#others = columns.flatMap(({ role }, k) => (role === 'cores' || role === 'memory' ? [] : [k]));
    this.#products = subsets(this.#others);
  }

  at(values: readonly number[]): Float64Array {
    const relative = this.#columns.map((_, k) => this.#work(k, values[k] ?? 0) / (this.#means[k] ?? 1));
    const cores = this.#columns.findIndex(({ role }) => role === 'cores');
    const perCore = cores < 0 ? 1 : 1 / Math.max(relative[cores] ?? 1, Number.EPSILON);
    return Float64Array.from(
      this.#products.flatMap((product) => {
        const work = product.reduce((sum, k) => sum * (relative[k] ?? 1), 1);
        return [work, work * perCore];
      }),
    );
  }

  usualShares(): Float64Array {
    const volume = this.#others.find((k) => this.#columns[k]?.role === 'volume');
    const withVolume = this.#products.filter((product) => volume !== undefined && product.includes(volume));
    return Float64Array.from(
      this.#products.flatMap((product) => {
        if (product.length === 0) return [USUAL_FIXED_SHARE, 0];
        if (volume === undefined || !product.includes(volume)) return [0, 0];
        if (product.length === 1) return [0, USUAL_DATA_SHARE];
        return [0, USUAL_PRODUCTS_SHARE / (withVolume.length - 1)];
      }),
    );
  }

  #work(k: number, value: number): number {
    if (this.#columns[k]?.tolerance !== true) return Math.max(value, 0);
    return 1 + Math.max(0, Math.log((this.#largest[k] ?? 1) / Math.max(value, Number.MIN_VALUE)));
  }
}

/** All subsets of a few columns; of many, those of two at most. */
function subsets(columns: readonly number[]): number[][] {
  const all = columns.reduce<number[][]>((known, k) => [...known, ...known.map((set) => [...set, k])], [[]]);
  return columns.length <= MOST_COLUMNS_MULTIPLIED ? all : all.filter((set) => set.length <= 2);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
