import type { Quantiles } from '../../core/contracts/quantities.ts';
import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import { fillGaps } from '../../core/forecast/series/fill-gaps.ts';
import { findPeriods } from '../../core/forecast/series/find-periods.ts';
import { forecastSeries, type SeriesForecast } from '../../core/forecast/series/forecast-series.ts';
import type { RegularSeries } from '../../core/forecast/series/regular-series.ts';
import { normalQuantile } from '../../core/numerics/normal-quantile.ts';
import { valueAt } from '../../core/numerics/quantiles.ts';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_DAY } from '../../core/units.ts';
import { mstlForecast } from '../../lambdas/runtime/mstl.ts';
import { mase, mean, pinballLoss, smapePercent } from './accuracy.ts';
import { naive2, seasonalNaive, seasonalNaiveSpread } from './baselines.ts';
import type { Case } from './cases.ts';

const MICROSECONDS_PER_MILLISECOND = 1000;

/** How good one method was at one case. */
export interface Score {
  readonly smapePercent: number;
  /** null where the seasonal naive forecast made no error within what was known */
  readonly mase: number | null;
  /** share of what came within the middle 95 %, at or below the 90 % quantile; null for points alone */
  readonly inside95: number | null;
  readonly below90: number | null;
  /** over the mean absolute known value */
  readonly pinball: number | null;
  /** 0..1: share of what came at or below each of the project's levels */
  readonly belowByLevel: readonly number[];
}

export interface CaseScores {
  readonly id: string;
  readonly flarepath: Score;
  readonly naive2: Score;
  readonly seasonalNaive: Score;
  /** CPU time of Flarepath's forecast */
  readonly milliseconds: number;
}

/** Flarepath's forecast of a case beside the baselines' of the same; for baselines gaps are filled in. */
export function evaluate(one: Case): CaseScores {
  const { actual, naivePeriodSteps } = one;
  const before = process.cpuUsage();
  const { series, forecast } = flarepathForecast(one);
  const used = process.cpuUsage(before);
  const known = [...series.values];
  const whole = { ...one, known };
  const naive = seasonalNaive(known, naivePeriodSteps, actual.length);
  const spread = seasonalNaiveSpread(known, naivePeriodSteps);
  return {
    id: one.id,
    flarepath: scoreOf(whole, [...forecast.points], forecast.quantiles),
    naive2: scoreOf(whole, naive2(known, naivePeriodSteps, actual.length), null),
    seasonalNaive: scoreOf(
      whole,
      naive,
      naive.map((value) => QUANTILE_LEVELS.map((level) => value + spread * normalQuantile(level))),
    ),
    milliseconds: (used.user + used.system) / MICROSECONDS_PER_MILLISECOND,
  };
}

function flarepathForecast({ known, actual, stepSeconds }: Case): {
  series: RegularSeries;
  forecast: SeriesForecast;
} {
  const values = Float64Array.from(known);
  const periods = findPeriods(fillGaps(values, []).values, stepSeconds * MILLISECONDS_PER_SECOND);
  const stepsPerDay = Math.max(1, Math.round(SECONDS_PER_DAY / stepSeconds));
  const series = { ...fillGaps(values, periods), stepsPerDay };
  return { series, forecast: forecastSeries(series, actual.length, mstlForecast) };
}

/** Steps of which nothing is known are not scored. */
function scoreOf(one: Case, allPoints: readonly number[], allQuantiles: readonly Quantiles[] | null): Score {
  const seen = one.actual.flatMap((value, h) => (Number.isNaN(value) ? [] : [h]));
  const actual = seen.map((h) => one.actual[h] ?? 0);
  const points = seen.map((h) => allPoints[h] ?? 0);
  const quantiles = allQuantiles === null ? null : seen.map((h) => allQuantiles[h] ?? []);
  const { known, naivePeriodSteps } = one;
  const size = known.length === 0 ? 1 : mean(known.map(Math.abs)) || 1;
  const shareWhere = (holds: (value: number, at: Quantiles) => boolean): number | null =>
    quantiles === null ? null : mean(actual.map((value, h) => (holds(value, quantiles[h] ?? []) ? 1 : 0)));
  return {
    smapePercent: smapePercent(actual, points),
    mase: mase(known, actual, points, naivePeriodSteps),
    inside95: shareWhere((value, at) => value >= valueAt(at, 0.025) && value <= valueAt(at, 0.975)),
    below90: shareWhere((value, at) => value <= valueAt(at, 0.9)),
    pinball:
      quantiles === null
        ? null
        : mean(actual.map((value, h) => pinballLoss(value, quantiles[h] ?? []))) / size,
    belowByLevel: QUANTILE_LEVELS.map((level) => shareWhere((value, at) => value <= valueAt(at, level)) ?? 0),
  };
}
