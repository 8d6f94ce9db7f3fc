/**
 * Quantiles of a stream in bounded memory: values fall into buckets whose borders grow by a constant factor, so
 * that any quantile is right to within a relative error, whatever the distribution.
 *
 * @see Masson, Rim and Lee, DDSketch, VLDB 2019
 */
export class QuantileSketch {
  readonly #growth: number;
  readonly #counts = new Map<number, number>();
  #zeros = 0;
  #total = 0;

  /** @param relativeError  e.g. 0.01: a quantile is off by at most 1 % of itself */
  constructor(relativeError = 0.01) {
    this.#growth = (1 + relativeError) / (1 - relativeError);
  }

  /** @param value  not negative; anything else counts as zero */
  add(value: number): void {
    this.#total += 1;
    if (!(value > 0)) {
      this.#zeros += 1;
      return;
    }
    const bucket = Math.ceil(Math.log(value) / Math.log(this.#growth));
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  /**
   * @param level  0..1
   * @returns the value at the lower of the ranks around the level; 0 for an empty sketch
   */
  quantile(level: number): number {
    const rank = level * (this.#total - 1);
    let seen = this.#zeros;
    if (seen > rank) return 0;
    let value = 0;
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      value = (2 * this.#growth ** bucket) / (this.#growth + 1);
      seen += count;
      if (seen > rank) return value;
    }
    return value;
  }
}
