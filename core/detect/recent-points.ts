/** The last points of a series, oldest first, in arrays without gaps, so that searches run at memory speed. */
export class RecentPoints {
  readonly #most: number;
  readonly #values: Float64Array;
  readonly #atSeconds: Float64Array;
  #from = 0;
  #until = 0;

  /** @param most  points that are kept */
  constructor(most: number) {
    this.#most = most;
    // twice the room: points move to the front once in `most` points, not each time
    this.#values = new Float64Array(2 * most);
    this.#atSeconds = new Float64Array(2 * most);
  }

  get count(): number {
    return this.#until - this.#from;
  }

  /** Values and times, oldest first: a view that the next push may change. */
  get values(): Float64Array {
    return this.#values.subarray(this.#from, this.#until);
  }

  get atSeconds(): Float64Array {
    return this.#atSeconds.subarray(this.#from, this.#until);
  }

  push(atSeconds: number, value: number): void {
    if (this.#until === 2 * this.#most) {
      this.#values.copyWithin(0, this.#from, this.#until);
      this.#atSeconds.copyWithin(0, this.#from, this.#until);
      this.#until -= this.#from;
      this.#from = 0;
    }
    this.#values[this.#until] = value;
    this.#atSeconds[this.#until] = atSeconds;
    this.#until += 1;
    if (this.#until - this.#from > this.#most) this.#from += 1;
  }

  /** Index of the first point at this time or later; the count when there is none. */
  firstAt(atSeconds: number): number {
    let from = this.#from;
    let until = this.#until;
    while (from < until) {
      const middle = (from + until) >> 1;
      if ((this.#atSeconds[middle] ?? Infinity) < atSeconds) from = middle + 1;
      else until = middle;
    }
    return from - this.#from;
  }
}
