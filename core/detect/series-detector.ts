import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { combineEvidence } from './combine-evidence.ts';
import { PastTail, PastTailState } from './past-tail.ts';
import { Persistence, PersistenceState } from './persistence.ts';
import { medianAtSameTime, pointStatistics } from './point-statistics.ts';
import { MOST_POINTS, SeriesMemory } from './series-memory.ts';
import { stretchStatistics } from './stretch-statistics.ts';
import { TESTS, type Statistics, type TestName } from './tests.ts';

const FEWEST_FOR_RANGE = 100;
/** Each such share of the range by which a value lies beyond it counts as one decade of surprise. */
const RANGE_SHARE_PER_DECADE = 0.05;

/** What a detector knows of a series between two looks. 80 KB as JSON for a series of two weeks or more. */
export const SeriesState = z.object({
  /** points that were ever seen */
  seen: z.int().nonnegative(),
  /** of all points; null before the first */
  lowest: z.number().nullable(),
  highest: z.number().nullable(),
  /** the last ones, oldest first: seconds since 1970, value */
  points: z.array(z.tuple([z.number(), z.number()])).max(MOST_POINTS),
  tails: z.partialRecord(z.enum(TESTS), PastTailState),
  persistence: PersistenceState,
});
export type SeriesState = z.infer<typeof SeriesState>;

/** What a detector says of one point. */
export interface Reading {
  /** decades, by test: what the series' own past did not let expect */
  readonly surprise: Partial<Record<TestName, number>>;
  /** decades, of all tests together */
  readonly evidence: number;
  /** the evidence where it makes a signal: enough, and standing out from what was said lately; else 0 */
  readonly strength: number;
  /** what the same time of the days before, or else the last day, lets expect, in the series' unit; null at first */
  readonly expected: number | null;
  /** distance from that in robust standard deviations: the size of the effect */
  readonly deviationSpreads: number;
}

/**
 * Watches one series, point by point. A point is judged by what came before it and by itself, never by what follows:
 * neither values, nor how long the series will be, nor a scale or threshold fitted to all of it.
 */
export class SeriesDetector {
  readonly #memory = new SeriesMemory();
  readonly #tails: ReadonlyMap<TestName, PastTail>;
  readonly #persistence: Persistence;
  #seen: number;
  /** strength of the last reading */
  #strength = 0;
  #lowest: number;
  #highest: number;

  /** @param state  where an earlier detector of the series stopped; a new series when left out */
  constructor(state?: SeriesState) {
    this.#seen = state?.seen ?? 0;
    this.#lowest = state?.lowest ?? Infinity;
    this.#highest = state?.highest ?? -Infinity;
    for (const [atSeconds, value] of state?.points ?? []) this.#memory.push(atSeconds, value);
    this.#tails = new Map(TESTS.map((test) => [test, new PastTail(state?.tails[test])]));
    this.#persistence = new Persistence(state?.persistence);
  }

  /**
   * Judges a point and then remembers it.
   *
   * @param atSeconds  seconds since 1970, not before the last point's
   * @throws InvalidInputError  when time or value is no number, or time goes back
   */
  observe(atSeconds: number, value: number): Reading {
    this.#check(atSeconds, value);
    const memory = this.#memory;
    const expected =
      medianAtSameTime(memory, atSeconds) ?? (this.#seen > 0 ? memory.day.quantile(0.5) : null);
    const spread = Math.max(memory.day.spread(), memory.leastSpread());
    const range = this.#highest - this.#lowest;
    const surprise = this.#newRange(value, range);
    const before = pointStatistics(memory, atSeconds, value);
    memory.push(atSeconds, value);
    const statistics: Statistics = { ...before, ...stretchStatistics(memory, range) };
    for (const [test, tail] of this.#tails) {
      const statistic = statistics[test];
      if (statistic !== undefined) surprise[test] = tail.judge(statistic);
    }
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
    const evidence = combineEvidence(surprise, this.#seen);
    const strength = this.#persistence.judge(evidence, this.#seen);
    this.#strength = strength;
    this.#seen += 1;
    return {
      surprise,
      evidence,
      strength,
      expected,
      deviationSpreads: expected === null ? 0 : Math.abs(value - expected) / spread,
    };
  }

  /**
   * Says that people were told of the last reading: for a while only what is much stronger is news. Without a signal in
   * it, nothing happens.
   */
  told(): void {
    if (this.#strength > 0) this.#persistence.hold(this.#strength, this.#seen - 1);
  }

  /** What to keep until the next look: to be asked for after the look was judged. */
  state(): SeriesState {
    const { values, atSeconds } = this.#memory.points;
    return {
      seen: this.#seen,
      lowest: this.#seen === 0 ? null : this.#lowest,
      highest: this.#seen === 0 ? null : this.#highest,
      points: Array.from(values, (value, i): [number, number] => [atSeconds[i] ?? 0, value]),
      tails: Object.fromEntries([...this.#tails].map(([test, tail]) => [test, tail.state()])),
      persistence: this.#persistence.state(),
    };
  }

  #newRange(value: number, range: number): Partial<Record<TestName, number>> {
    if (this.#seen < FEWEST_FOR_RANGE) return {};
    const beyond = Math.max(0, value - this.#highest, this.#lowest - value);
    // a series that never moved has no range: any step out of it is news
    const unit = Math.max(range, this.#memory.leastSpread());
    return { newRange: beyond / unit / RANGE_SHARE_PER_DECADE };
  }

  #check(atSeconds: number, value: number): void {
    if (!Number.isFinite(value) || !Number.isFinite(atSeconds)) {
      throw new InvalidInputError(
        `A point of a series: found the value ${value} at ${atSeconds} s; allowed: finite numbers. Leave a gap out.`,
      );
    }
    const last = this.#memory.last?.atSeconds ?? -Infinity;
    if (atSeconds < last) {
      throw new InvalidInputError(
        `A point of a series: found one at ${atSeconds} s after one at ${last} s; allowed: points in order of time. Sort them.`,
      );
    }
  }
}
