import { InvalidInputError } from '../../errors.ts';
import { cuboidsOf, elementAt, sumByElement, type Cuboid } from './cuboids.ts';
import { elementName, leafTable, type Element, type LeafTable } from './leaf-table.ts';

/** Counts of one leaf: what happened of what could have, now and before. */
export interface RateRow {
  /** its values, in the order of the table's attributes */
  readonly values: readonly string[];
  /** bad events now: failures, losses, late tasks */
  readonly events: number;
  /** what they are counted among now: instance hours, tasks, requests. The fleet's own denominator */
  readonly trials: number;
  /** the same in the time of comparison; zeros where nothing was */
  readonly pastEvents: number;
  readonly pastTrials: number;
}

/** A set of elements of one grouping that explains a rise, and how well. */
export interface RateCause {
  readonly elements: readonly Element[];
  readonly events: number;
  readonly trials: number;
  /** events that the past rate of these elements would have brought */
  readonly expectedEvents: number;
  /** share of the whole table's excess that lies in here; above 1 when the rest fell below its past rate */
  readonly explainedShare: number;
  /** natural logarithm of excess × √(log of the rise): causes compare by its differences */
  readonly score: number;
}

/** Constants of the scan; docs/benchmarks.md says on which data and how they were chosen. */
export interface RateScanOptions {
  /** 0 ranks by excess alone, 1 by the likelihood ratio of the scan statistic */
  readonly sharpness: number;
  /** what each further element costs: it must raise the score by more */
  readonly costPerElement: number;
  /** trials of the table's own past rate with which an element's past rate is mixed */
  readonly priorTrials: number;
  readonly mostAttributes: number;
  readonly mostElements: number;
}

export const RATE_SCAN: RateScanOptions = {
  sharpness: 0.5,
  costPerElement: 0.15,
  priorTrials: 20,
  mostAttributes: 3,
  mostElements: 3,
};

/** Scores this near are the same evidence: the more specific name says all that the affected have in common. */
const TIE = 1e-3;
const CAUSES_KEPT = 20;

/**
 * Which attribute values a rise of a rate comes from.
 *
 * Each candidate, an element or a few of one grouping, is compared with its own past rate. Its likelihood ratio
 * is that of the Poisson scan statistic (Kulldorff 1997), about excess × log(rise), tempered by an exponent: the
 * likelihood alone prefers the sharpest corner of what is affected, the excess alone the whole table.
 *
 * @returns the best candidates first; none when no element is above its past rate
 * @throws InvalidInputError  for counts that are negative or no numbers, and for attributes that cannot be used
 */
export function scanRates(
  attributes: readonly string[],
  rows: readonly RateRow[],
  options: RateScanOptions = RATE_SCAN,
): RateCause[] {
  const table = leafTable(attributes, rows);
  const columns = columnsOf(rows, options.priorTrials);
  const causes = cuboidsOf(table, options.mostAttributes).flatMap((cuboid) =>
    causesIn(table, cuboid, columns, options),
  );
  return ranked(causes);
}

interface Columns {
  readonly events: Float64Array;
  readonly trials: Float64Array;
  readonly pastEvents: Float64Array;
  readonly pastTrials: Float64Array;
  readonly rate: number;
  readonly priorTrials: number;
}

function columnsOf(rows: readonly RateRow[], priorTrials: number): Columns {
  rows.forEach((row, i) => {
    for (const key of ['events', 'trials', 'pastEvents', 'pastTrials'] as const) {
      if (Number.isFinite(row[key]) && row[key] >= 0) continue;
      throw new InvalidInputError(`Row ${i + 1}, ${key}: found ${row[key]}; allowed: a number, 0 or more.`);
    }
  });
  const column = (key: 'events' | 'trials' | 'pastEvents' | 'pastTrials') =>
    Float64Array.from(rows, (row) => row[key]);
  const [events, trials, pastEvents, pastTrials] = [
    column('events'),
    column('trials'),
    column('pastEvents'),
    column('pastTrials'),
  ];
  // without a past, the fleet itself is what an element is compared with
  const [had, among] = sum(pastTrials) > 0 ? [sum(pastEvents), sum(pastTrials)] : [sum(events), sum(trials)];
  return { events, trials, pastEvents, pastTrials, rate: (had + 0.5) / (among + 1), priorTrials };
}

/** What is counted of one element, or of several together. */
interface Tally {
  readonly ids: readonly number[];
  readonly events: number;
  readonly trials: number;
  readonly expected: number;
}

function causesIn(table: LeafTable, cuboid: Cuboid, columns: Columns, options: RateScanOptions): RateCause[] {
  const [events, trials, pastEvents, pastTrials] = [
    sumByElement(cuboid, columns.events),
    sumByElement(cuboid, columns.trials),
    sumByElement(cuboid, columns.pastEvents),
    sumByElement(cuboid, columns.pastTrials),
  ];
  const tallies = Array.from(events, (count, id): Tally => {
    const pastRate =
      ((pastEvents[id] ?? 0) + columns.priorTrials * columns.rate) /
      ((pastTrials[id] ?? 0) + columns.priorTrials);
    return { ids: [id], events: count, trials: trials[id] ?? 0, expected: pastRate * (trials[id] ?? 0) };
  });
  const excess = tallies.reduce((total, tally) => total + tally.events - tally.expected, 0);
  const risen = tallies
    .filter((tally) => tally.events > tally.expected && tally.expected > 0)
    .map((tally) => ({ tally, name: elementName(elementAt(table, cuboid, tally.ids[0] ?? 0)) }))
    .sort((a, b) => excessOf(b.tally) - excessOf(a.tally) || (a.name < b.name ? -1 : 1))
    .map(({ tally }) => tally);
  const present = tallies.filter(({ trials: among }) => among > 0).length;
  const together = risen
    .slice(1, options.mostElements)
    .map((_, i) => merged(risen.slice(0, i + 2)))
    // all values of an attribute together tell nothing from anything
    .filter(({ ids }) => ids.length < present);
  return [...risen, ...together].map((tally) => ({
    elements: tally.ids.map((id) => elementAt(table, cuboid, id)),
    events: tally.events,
    trials: tally.trials,
    expectedEvents: tally.expected,
    explainedShare: excess > 0 ? (tally.events - tally.expected) / excess : 0,
    score: scoreOf(tally, options),
  }));
}

function excessOf({ events, expected }: Tally): number {
  return events - expected;
}

function merged(tallies: readonly Tally[]): Tally {
  return {
    ids: tallies.flatMap(({ ids }) => ids),
    events: tallies.reduce((total, tally) => total + tally.events, 0),
    trials: tallies.reduce((total, tally) => total + tally.trials, 0),
    expected: tallies.reduce((total, tally) => total + tally.expected, 0),
  };
}

function scoreOf({ ids, events, expected }: Tally, options: RateScanOptions): number {
  const rise = Math.log(events / expected);
  return (
    Math.log(events - expected) +
    options.sharpness * Math.log(rise) -
    options.costPerElement * (ids.length - 1)
  );
}

function ranked(causes: readonly RateCause[]): RateCause[] {
  const length = ({ elements }: RateCause) => elements[0]?.length ?? 0;
  return causes
    .map((cause) => ({
      cause,
      key: cause.score + TIE * (length(cause) - 1),
      name: cause.elements.map(elementName).join(),
    }))
    .sort((a, b) => b.key - a.key || (a.name < b.name ? -1 : 1))
    .slice(0, CAUSES_KEPT)
    .map(({ cause }) => cause);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
