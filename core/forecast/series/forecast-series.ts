import type { Quantiles } from '../../contracts/quantities.ts';
import { mixtureOf } from '../../numerics/quantiles.ts';
import { conformalBand, type Residuals } from './conformal-band.ts';
import { levelShiftOf, onNewLevel, type LevelShift } from './level-shift.ts';
import { logScaleOf, rawScaleOf, type Scale } from './scales.ts';
import { membersFor } from './members.ts';
import type { MstlForecast } from './mstl.ts';
import type { RegularSeries } from './regular-series.ts';
import { rollingOrigins, type Trials } from './rolling-origins.ts';
import { ensembleAhead, ensembleAt, errorsOf, weightsFrom } from './weigh-members.ts';

/** Before anything is tested: two thirds of the values within a factor 1.42, or within this share of the range. */
const ASSUMED_LOG_SPREAD = 0.35;
const ASSUMED_SHARE_OF_DEVIATION = 0.5;
const ENOUGH_SEEN = 10;
const MOST_TIMES_SEEN = 2;

export interface SeriesForecast {
  /** by step ahead */
  readonly points: Float64Array;
  readonly quantiles: readonly Quantiles[];
  /** heaviest first, weights adding up to 1 */
  readonly members: readonly { readonly name: string; readonly weight: number }[];
  /** how often it was tested */
  readonly origins: number;
  /** mean absolute percentage error of the ensemble at the origins; null when nothing positive was tested */
  readonly backtestMapePercent: number | null;
  /** the newest values stand on another level; null: they do not */
  readonly shift: LevelShift | null;
}

/**
 * Forecasts a series as a distribution for each step ahead: an ensemble whose weights come from how well each
 * member would have forecast at earlier origins, with bands from the ensemble's own errors there. At each origin
 * the weights come from the other origins. Where the newest values stand on another level, the forecast mixes that
 * they go back and that they stay, as likely as each is.
 *
 * @param series  at least one value, each 0 or of a size between 1e-9 and 1e18
 * @param horizonSteps  at least 1
 * @param mstl  null where it is not loaded
 * @param assumedLogSpread  spread of the logarithm believed before there is any test
 * @see Bates and Granger, The Combination of Forecasts, 1969
 */
export function forecastSeries(
  series: RegularSeries,
  horizonSteps: number,
  mstl: MstlForecast | null,
  assumedLogSpread: number = ASSUMED_LOG_SPREAD,
): SeriesForecast {
  const shift = levelShiftOf(series);
  const asBefore = forecastOnLevel(series, horizonSteps, mstl, assumedLogSpread);
  if (shift === null) return { ...asBefore, shift };
  const moved = forecastOnLevel(onNewLevel(series, shift), horizonSteps, mstl, assumedLogSpread);
  const stays = shift.probability;
  return {
    ...(stays >= 0.5 ? moved : asBefore),
    points: asBefore.points.map((point, h) => (1 - stays) * point + stays * (moved.points[h] ?? point)),
    quantiles: asBefore.quantiles.map((quantiles, h) =>
      mixtureOf(quantiles, moved.quantiles[h] ?? quantiles, stays),
    ),
    // of the series as it was: nobody has tested the new level yet
    origins: asBefore.origins,
    backtestMapePercent: asBefore.backtestMapePercent,
    shift,
  };
}

function forecastOnLevel(
  series: RegularSeries,
  horizonSteps: number,
  mstl: MstlForecast | null,
  assumedLogSpread: number,
): Omit<SeriesForecast, 'shift'> {
  const trials = rollingOrigins(series, membersFor(series.periodsSteps, mstl), horizonSteps);
  const errors = errorsOf(series, trials);
  const weights = weightsFrom(errors, trials.members.length);
  const points = ensembleAhead(trials.members, weights);
  const past = trials.origins.map((_, o) => ensembleAt(trials, errors, o));
  const logScale = logScaleOf(series.values);
  const scale = logScale ?? rawScaleOf(series.values);
  const bands = conformalBand(
    residualsOf(series, trials, past, scale),
    horizonSteps,
    independentShare(trials, horizonSteps),
    logScale === null ? ASSUMED_SHARE_OF_DEVIATION * deviationOf(series.values) : assumedLogSpread,
  );
  return {
    points,
    quantiles: bands.map((band, h) => {
      const point = points[h] ?? 0;
      const most = mostPlausible(series, point);
      return band.map((error) => Math.min(most, scale.from(scale.to(point) + error)));
    }),
    members: trials.members
      .map(({ name }, m) => ({ name, weight: weights[m] ?? 0 }))
      .sort((a, b) => b.weight - a.weight),
    origins: trials.origins.length,
    backtestMapePercent: mapePercentOf(series, trials, past),
  };
}

/**
 * Errors are factors, and after a night that fell to nothing the way back up is a huge one: it must not be taken from
 * an ordinary night. Once a series is known, nothing is expected above twice what is forecast and all that was seen.
 */
function mostPlausible({ values, observed }: RegularSeries, point: number): number {
  let [largest, seen] = [Math.abs(point), 0];
  values.forEach((value, i) => {
    if (observed[i] === 0) return;
    seen += 1;
    largest = Math.max(largest, Math.abs(value));
  });
  return seen < ENOUGH_SEEN ? Number.POSITIVE_INFINITY : largest * MOST_TIMES_SEEN;
}

/** Origins closer than half a horizon forecast much the same values: each counts for less. */
function independentShare({ origins }: Trials, horizonSteps: number): number {
  if (origins.length < 2) return 1;
  const stride = ((origins.at(-1) ?? 0) - (origins[0] ?? 0)) / (origins.length - 1);
  return Math.min(1, (2 * stride) / horizonSteps);
}

function residualsOf(
  series: RegularSeries,
  trials: Trials,
  past: readonly Float64Array[],
  scale: Scale,
): Residuals {
  return trials.origins.map((origin, o) =>
    (past[o] ?? new Float64Array(0)).map((forecast, h) => {
      const actual = series.values[origin + h];
      if (actual === undefined || series.observed[origin + h] === 0) return NaN;
      return scale.to(actual) - scale.to(forecast);
    }),
  );
}

function mapePercentOf(series: RegularSeries, trials: Trials, past: readonly Float64Array[]): number | null {
  let sum = 0;
  let count = 0;
  trials.origins.forEach((origin, o) => {
    past[o]?.forEach((forecast, h) => {
      const actual = series.values[origin + h];
      if (actual === undefined || actual <= 0 || series.observed[origin + h] === 0) return;
      sum += Math.abs(forecast - actual) / actual;
      count += 1;
    });
  });
  return count === 0 ? null : (100 * sum) / count;
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
}
