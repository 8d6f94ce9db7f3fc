import * as z from 'zod';

const STEP = 0.025;
const LOWEST_LOG = -8;
const BINS = 640;
/** Anything below counts as this: its logarithm is the lowest. */
const SMALLEST = Math.exp(LOWEST_LOG);
/** The tail is what lies above this share of the past. */
export const TAIL_SHARE = 0.03;
/** Without so many values there is no tail to speak of. */
const FEWEST = 40;
/** When so many are counted, all counts are halved: what is long past weighs less. */
const MOST = 6000;
/** Added to the mean excess: a tail whose values are all alike is no proof that a larger one is impossible. */
const LEAST_EXCESS = 0.05;

/** Counts by bin of logarithm, sparse: pairs of bin and count. */
export const PastTailState = z.array(z.tuple([z.int().nonnegative().max(BINS), z.number().positive()]));
export type PastTailState = z.infer<typeof PastTailState>;

/**
 * How unlikely a value of a statistic is by its own past: peaks over a threshold, the threshold a high quantile of
 * the past, the excess of the logarithm exponential (a Pareto tail, fitted by its mean excess).
 * Constant memory; a value counts for the next ones only after it was judged.
 *
 * @see Hill, A simple general approach to inference about the tail of a distribution, Annals of Statistics 1975
 * @see Siffer et al., Anomaly Detection in Streams with Extreme Value Theory, KDD 2017
 */
export class PastTail {
  readonly #counts = new Float64Array(BINS + 1);
  #total = 0;
  #highest = 0;

  constructor(state: PastTailState = []) {
    for (const [bin, count] of state) {
      this.#counts[bin] = count;
      this.#total += count;
      this.#highest = Math.max(this.#highest, bin);
    }
  }

  /**
   * @param statistic  not negative
   * @returns surprise beyond the tail's border in decades: 0 inside the usual, 2 for one in a hundred of the tail
   */
  judge(statistic: number): number {
    const bin = binOf(statistic);
    const surprise = this.#surpriseOf(bin);
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#total += 1;
    this.#highest = Math.max(this.#highest, bin);
    if (this.#total >= MOST) this.#halve();
    return surprise;
  }

  state(): PastTailState {
    return [...this.#counts].flatMap((count, bin): PastTailState => (count > 0 ? [[bin, count]] : []));
  }

  #surpriseOf(bin: number): number {
    if (this.#total < FEWEST) return 0;
    const wanted = TAIL_SHARE * this.#total;
    let inTail = 0;
    let weighted = 0;
    let border = this.#highest;
    for (; border >= 0; border -= 1) {
      const count = this.#counts[border] ?? 0;
      inTail += count;
      weighted += count * border;
      if (inTail >= wanted) break;
    }
    if (bin <= border) return 0;
    const meanExcess = STEP * (weighted / inTail - border) + LEAST_EXCESS;
    return (STEP * (bin - border)) / meanExcess / Math.LN10;
  }

  #halve(): void {
    this.#total = 0;
    for (let bin = 0; bin <= BINS; bin += 1) {
      this.#counts[bin] = (this.#counts[bin] ?? 0) / 2;
      this.#total += this.#counts[bin] ?? 0;
    }
  }
}

function binOf(statistic: number): number {
  const log = Math.log(Math.max(statistic, SMALLEST));
  return Math.min(Math.floor((log - LOWEST_LOG) / STEP), BINS);
}
