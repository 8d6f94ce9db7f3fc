/** Quantiles of the last so many values, each in logarithmic time; a value enters in time linear in the window. */
export class SortedWindow {
  readonly #size: number;
  readonly #arrived: number[] = [];
  readonly #sorted: number[] = [];
  #oldest = 0;

  /** @param size  values, at least 1 */
  constructor(size: number) {
    this.#size = size;
  }

  get count(): number {
    return this.#sorted.length;
  }

  /** Takes a value in, and lets the oldest go when there are too many. @param value finite */
  push(value: number): void {
    if (this.#sorted.length === this.#size) {
      this.#sorted.splice(this.#firstAtLeast(this.#arrived[this.#oldest] ?? value), 1);
      this.#arrived[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#size;
    } else {
      this.#arrived.push(value);
    }
    this.#sorted.splice(this.#firstAtLeast(value), 0, value);
  }

  /**
   * Quantile of what the window holds, linear between order statistics.
   *
   * @param level  0..1
   * @returns 0 for an empty window
   */
  quantile(level: number): number {
    const position = level * (this.#sorted.length - 1);
    const below = this.#sorted[Math.floor(position)] ?? 0;
    const above = this.#sorted[Math.ceil(position)] ?? below;
    return below + (position - Math.floor(position)) * (above - below);
  }

  /** Interquartile range as the standard deviation of the normal distribution that has it. */
  spread(): number {
    return (this.quantile(0.75) - this.quantile(0.25)) / NORMAL_INTERQUARTILE_RANGE;
  }

  #firstAtLeast(value: number): number {
    let from = 0;
    let until = this.#sorted.length;
    while (from < until) {
      const middle = (from + until) >> 1;
      if ((this.#sorted[middle] ?? value) < value) from = middle + 1;
      else until = middle;
    }
    return from;
  }
}

const NORMAL_INTERQUARTILE_RANGE = 1.349;
