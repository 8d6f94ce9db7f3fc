import * as z from 'zod';

/** One of the numbers that a runtime depends on. */
export const SurfaceColumn = z.object({
  name: z.string(),
  /**
   * `cores`: what works side by side; `volume`: how much there is to do; `memory`: what the work may hold, which is no
   * work by itself; `parameter`: what else is set
   */
  role: z.enum(['cores', 'volume', 'memory', 'parameter']),
  /** `log` where ratios count: needs positive values; `linear` for shares and whatever may be zero */
  scale: z.enum(['log', 'linear']),
  /** a tolerance: the smaller, the more work, growing with its logarithm */
  tolerance: z.boolean(),
});
export type SurfaceColumn = z.infer<typeof SurfaceColumn>;

/** A run as a surface learns from it. */
export const SurfaceRun = z.object({
  /** one by column */
  values: z.array(z.number()).readonly(),
  runtimeSeconds: z.number().positive(),
  /** above 0; 1 = an ordinary run */
  weight: z.number().positive(),
  /** how far off a prediction of it is tells nothing: it was stopped, or is of another time */
  unscored: z.boolean().optional(),
});
export type SurfaceRun = z.infer<typeof SurfaceRun>;

/** Logarithms of inputs usually reach this far to either side: inputs of processes are of the order of 1. */
export const USUAL_LOG_REACH = 0.6;

/** Brings runs' values to inputs of the order of 1, the same for what is asked later. */
export class SurfaceScale {
  readonly #columns: readonly SurfaceColumn[];
  readonly #centre: readonly number[];
  readonly #reach: readonly number[];
  readonly #least: readonly number[];

  constructor(columns: readonly SurfaceColumn[], runs: readonly SurfaceRun[]) {
    this.#columns = columns;
    const of = (k: number) => runs.map(({ values }) => values[k] ?? 0);
    this.#least = columns.map((_, k) => Math.min(...of(k).filter((value) => value > 0), 1));
    const raw = columns.map((_, k) => of(k).map((value) => this.#raw(k, value)));
    this.#centre = raw.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    this.#reach = columns.map(({ scale }, k) => {
      const largest = Math.max(...of(k).map(Math.abs));
      return scale === 'log' ? USUAL_LOG_REACH : USUAL_LOG_REACH * (largest > 0 ? largest : 1);
    });
  }

  inputsOf(values: readonly number[]): number[] {
    return this.#columns.map(
      (_, k) => (this.#raw(k, values[k] ?? 0) - (this.#centre[k] ?? 0)) / (this.#reach[k] ?? 1),
    );
  }

  #raw(k: number, value: number): number {
    if (this.#columns[k]?.scale === 'linear') return value;
    // a zero among values that count by ratio is taken as a little less than the least
    return Math.log(value > 0 ? value : (this.#least[k] ?? 1) / 4);
  }
}
