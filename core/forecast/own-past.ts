import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { normalQuantile } from '../numerics/normal-quantile.ts';
import { calendarEffects, specialDayAt, type CalendarEffect, type SpecialDay } from './calendar-effects.ts';
import { MAX_SIZE_BYTES, type HistoryPoint } from './clean-history.ts';
import { MILLISECONDS_PER_DAY } from '../units.ts';
import { localMilliseconds } from './local-time.ts';
import { fillGaps } from './series/fill-gaps.ts';
import { findPeriods } from './series/find-periods.ts';
import { forecastSeries, type SeriesForecast } from './series/forecast-series.ts';
import { showsSeason } from './series/season-shown.ts';
import type { MstlForecast } from './series/mstl.ts';
import { layOnGrid, nearHorizon } from './time-grid.ts';

/** Ordinary days that tell the rhythm and the level without the special ones between them. */
const ENOUGH_WITHOUT_SPECIAL = 10;

/** What a forecast may use beside the points. */
export interface Surroundings {
  /** IANA name; days and weeks are those of its clocks */
  readonly timeZone: string;
  /** dates as YYYY-MM-DD in that time zone */
  readonly holidays: readonly string[];
  /** null where it is not loaded */
  readonly mstl: MstlForecast | null;
}

export interface PastForecast {
  readonly inputBytes: Quantiles;
  readonly ensemble: SeriesForecast;
  /** seasons that show in the past; the ensemble may use others, too */
  readonly periodsMs: readonly number[];
  /** what the target's day is, and what that does; null on ordinary days */
  readonly special: { readonly day: SpecialDay; readonly effect: CalendarEffect } | null;
}

/**
 * Forecasts a job's load from its own earlier runs: laid on a grid in local time, without holidays and
 * ends of months (or cleared of what these do), continued by the ensemble, and given back what the target's day does.
 *
 * @param points  ascending, at least one, all before the target
 * @param targetMs  milliseconds since the epoch
 * @param assumedLogSpread  spread of log size believed before there is any test
 */
export function forecastOwnPast(
  points: readonly Pick<HistoryPoint, 'timeMs' | 'inputBytes' | 'logSize'>[],
  targetMs: number,
  { timeZone, holidays, mstl }: Surroundings,
  assumedLogSpread?: number,
): PastForecast {
  const local = points.map(({ timeMs, inputBytes, logSize }) => ({
    localMs: localMilliseconds(timeMs, timeZone),
    value: inputBytes,
    logSize,
  }));
  const effects = calendarEffects(
    local.map(({ localMs, logSize }) => ({ localMs, value: logSize })),
    holidays,
  );
  const effectAt = (localMs: number) => {
    const day = specialDayAt(localMs, holidays);
    const effect = day === null ? undefined : effects.get(day);
    return day === null || effect === undefined ? null : { day, effect };
  };
  // Where enough is known without them, special days are gaps: what they were says little of ordinary ones.
  const plain = local.filter(({ localMs }) => effectAt(localMs) === null);
  const ordinary =
    plain.length >= ENOUGH_WITHOUT_SPECIAL
      ? plain
      : local.map(({ localMs, value }) => ({
          localMs,
          value: value * Math.exp(-(effectAt(localMs)?.effect.logFactor ?? 0)),
        }));
  const target = localMilliseconds(targetMs, timeZone);
  const grid = layOnGrid(ordinary, target);
  const periods = findPeriods(fillGaps(grid.values, []).values, grid.stepMs);
  const horizonSteps = nearHorizon(grid.horizonSteps, periods);
  const stepsPerDay = Math.max(1, Math.round(MILLISECONDS_PER_DAY / grid.stepMs));
  const series = { ...fillGaps(grid.values, periods), stepsPerDay };
  const ensemble = forecastSeries(series, horizonSteps, mstl, assumedLogSpread);
  const special = effectAt(target);
  const usual = ensemble.quantiles[horizonSteps - 1] ?? QUANTILE_LEVELS.map(() => 0);
  return {
    inputBytes: special === null ? usual.map(asSize) : onSpecialDay(usual, special.effect),
    ensemble,
    periodsMs: periods.filter((steps) => showsSeason(series, steps)).map((steps) => steps * grid.stepMs),
    special,
  };
}

/** The band moved by the effect, and as much wider as the effect is uncertain. */
function onSpecialDay(usual: Quantiles, { logFactor, logSpread }: CalendarEffect): Quantiles {
  const median = usual[QUANTILE_LEVELS.indexOf(0.5)] ?? 0;
  if (median <= 0) return usual.map(asSize);
  return usual.map((bytes, i) => {
    const level = QUANTILE_LEVELS[i] ?? 0.5;
    const own = bytes > 0 ? Math.log(bytes / median) : -Infinity;
    const width = Math.hypot(own, logSpread * normalQuantile(level));
    return asSize(median * Math.exp(logFactor + Math.sign(level - 0.5) * width));
  });
}

function asSize(bytes: number): number {
  return Math.min(MAX_SIZE_BYTES, Math.max(0, bytes));
}
