import type { Effect, SeriesKey, Signal } from '../contracts/signal.ts';
import { ALARM_DECADES } from './alarm-threshold.ts';
import { believed } from './false-discovery.ts';
import { TAIL_SHARE } from './past-tail.ts';
import type { Reading } from './series-detector.ts';
import { TESTS } from './tests.ts';

/** Of the signals of one look, at most this share is expected to be chance. */
const FALSE_DISCOVERY_SHARE = 0.1;
/** A change of less than so many robust standard deviations may be certain, and still be too small to matter. */
const LEAST_DEVIATION_SPREADS = 1;

const CALIBRATED = TESTS.filter((test) => test !== 'newRange');

/** One series' newest point. */
export interface SeriesReading {
  readonly key: SeriesKey;
  /** seconds since 1970 */
  readonly atSeconds: number;
  readonly value: number;
  readonly reading: Reading;
  /** what gave the reading; it is told when the reading becomes a signal that wakes people */
  readonly detector?: { told(): void };
}

/** A time in which work is done on purpose. Without job or metric: all of them. */
export interface MaintenanceWindow {
  readonly job?: string;
  readonly metric?: string;
  /** seconds since 1970, the end excluded */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

export interface Surroundings {
  readonly maintenance: readonly MaintenanceWindow[];
  /** what this may do to a deadline, a budget or an output; none: it is kept and wakes nobody */
  readonly effectsOf: (reading: SeriesReading) => readonly Effect[];
}

/**
 * The signals of one look at many series: strong enough by themselves, and not what so many series give by chance. Their
 * detectors then take more of the same for old news; what was refused or hushed mutes nothing that follows.
 *
 * @param readings  of all series that were looked at, also the quiet ones: how many there are decides what is chance
 */
export function judgeLook(readings: readonly SeriesReading[], surroundings: Surroundings): Signal[] {
  const probabilities = readings.map(({ reading }) => tailProbability(reading));
  const trusted = believed(probabilities, FALSE_DISCOVERY_SHARE);
  return readings.flatMap((one, i) => {
    if (one.reading.strength < ALARM_DECADES || trusted[i] !== true) return [];
    const signal = signalOf(one, probabilities[i] ?? 1, surroundings);
    if (signal.hushed === null) one.detector?.told();
    return [signal];
  });
}

/**
 * How likely the strongest surprise would be by chance, by so many tests (Bonferroni). How far a value lies beyond its
 * range is evidence, and no probability: it was never held against a past of its own.
 */
function tailProbability({ surprise }: Reading): number {
  const strongest = Math.max(0, ...CALIBRATED.map((test) => surprise[test] ?? 0));
  return strongest === 0 ? 1 : Math.min(1, CALIBRATED.length * TAIL_SHARE * 10 ** -strongest);
}

function signalOf(one: SeriesReading, probability: number, surroundings: Surroundings): Signal {
  const { key, atSeconds, value, reading } = one;
  const effects = [...surroundings.effectsOf(one)];
  return {
    key,
    at: new Date(atSeconds * 1000).toISOString(),
    value,
    expected: reading.expected,
    deviationSpreads: reading.deviationSpreads,
    evidenceDecades: reading.evidence,
    tailProbability: probability,
    tests: TESTS.flatMap((test) => {
      const decades = reading.surprise[test] ?? 0;
      return decades > 0 ? [{ test, decades }] : [];
    }).sort((a, b) => b.decades - a.decades),
    effects,
    hushed: whyHushed(one, effects, surroundings.maintenance),
  };
}

function whyHushed(
  { key, atSeconds, reading }: SeriesReading,
  effects: readonly Effect[],
  maintenance: readonly MaintenanceWindow[],
): Signal['hushed'] {
  const underWork = maintenance.some(
    ({ job, metric, fromSeconds, untilSeconds }) =>
      (job ?? key.job) === key.job &&
      (metric ?? key.metric) === key.metric &&
      fromSeconds <= atSeconds &&
      atSeconds < untilSeconds,
  );
  if (underWork) return 'maintenance';
  if (effects.length === 0) return 'no effect';
  const shape = reading.expected !== null && reading.deviationSpreads < LEAST_DEVIATION_SPREADS;
  return shape ? 'small' : null;
}
