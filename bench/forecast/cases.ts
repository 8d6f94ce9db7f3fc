import { InvalidInputError } from '../../core/errors.ts';
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../../core/units.ts';
import type { TestedSeries } from './read-series.ts';

const HOURS_PER_DAY = 24;
const DAYS_PER_WEEK = 7;
/** What a nightly job has seen: two weeks, four weeks. */
const KNOWN_DAYS = [14, 28];
const DAYS_AHEAD = 7;

export type Cadence = 'hourly' | 'daily';

/** What is known, what came, and the season that baselines repeat. */
export interface Case {
  readonly id: string;
  readonly known: readonly number[];
  readonly actual: readonly number[];
  readonly stepSeconds: number;
  readonly naivePeriodSteps: number;
}

/**
 * What a cadence makes of series: hourly ones as they are; daily ones summed by day, counted back from the end,
 * of which the last seven are to be forecast from the 14 and from the 28 before them.
 *
 * @returns without those of which nothing is known, or nothing came
 * @throws InvalidInputError  when no series is long enough
 */
export function casesOf(cadence: Cadence, series: readonly TestedSeries[]): Case[] {
  const cases = cadence === 'hourly' ? series.map(hourlyCase) : series.flatMap(dailyCases);
  const usable = cases.filter(({ known, actual }) => known.some(isSeen) && actual.some(isSeen));
  if (usable.length > 0) return usable;
  const least = KNOWN_DAYS.map((days) => days + DAYS_AHEAD)[0];
  throw new InvalidInputError(
    `--data: found ${series.length} series, none of ${least} whole days of which some on either side have no gap; allowed: hourly values of at least that.`,
  );
}

/** A day with a gap is a gap. */
function isSeen(value: number): boolean {
  return !Number.isNaN(value);
}

function hourlyCase({ id, known, following }: TestedSeries): Case {
  return {
    id,
    known,
    actual: following,
    stepSeconds: SECONDS_PER_HOUR,
    naivePeriodSteps: HOURS_PER_DAY,
  };
}

function dailyCases({ id, known, following }: TestedSeries): Case[] {
  const days = dailySums([...known, ...following]);
  return KNOWN_DAYS.filter((count) => days.length >= count + DAYS_AHEAD).map((count) => ({
    id,
    known: days.slice(-count - DAYS_AHEAD, -DAYS_AHEAD),
    actual: days.slice(-DAYS_AHEAD),
    stepSeconds: SECONDS_PER_DAY,
    naivePeriodSteps: DAYS_PER_WEEK,
  }));
}

function dailySums(hours: readonly number[]): number[] {
  const from = hours.length % HOURS_PER_DAY;
  return Array.from({ length: Math.floor(hours.length / HOURS_PER_DAY) }, (_, day) =>
    hours
      .slice(from + day * HOURS_PER_DAY, from + (day + 1) * HOURS_PER_DAY)
      .reduce((sum, value) => sum + value, 0),
  );
}
