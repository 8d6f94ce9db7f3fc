import { mean, meanOfKnown } from './accuracy.ts';
import type { Cadence } from './cases.ts';
import type { CaseScores, Score } from './evaluate.ts';

/** One method's figures over all cases. */
export interface MethodFigures {
  readonly smape: number;
  /** null when no series has one: shorter than a season, or repeating exactly */
  readonly mase: number | null;
  /** overall weighted average of both against Naive2, which has 1; null without MASE, or where Naive2 is perfect */
  readonly owa: number | null;
  readonly coverage95: number | null;
  readonly p90Coverage: number | null;
  /** pinball loss over that of the seasonal naive forecast with a normal band */
  readonly pinballVsNaive: number | null;
}

/** As `--json` prints it. */
export interface ForecastSummary {
  readonly suite: 'forecast';
  readonly cadence: Cadence;
  readonly series: number;
  readonly forecasts: number;
  readonly owa: number | null;
  readonly smape: number;
  readonly mase: number | null;
  readonly coverage95: number | null;
  readonly pinballVsNaive: number | null;
  readonly p90Coverage: number | null;
  /** forecasts whose MASE is known: the others are left out of its mean */
  readonly withMase: number;
  readonly msPerSeries: number;
  readonly baselines: Record<'naive2' | 'seasonalNaive', MethodFigures>;
}

export function summarise(cadence: Cadence, cases: readonly CaseScores[]): ForecastSummary {
  const own = figuresOf(cases, ({ flarepath }) => flarepath);
  return {
    suite: 'forecast',
    cadence,
    series: new Set(cases.map(({ id }) => id)).size,
    forecasts: cases.length,
    owa: own.owa,
    smape: own.smape,
    mase: own.mase,
    coverage95: own.coverage95,
    pinballVsNaive: own.pinballVsNaive,
    p90Coverage: own.p90Coverage,
    withMase: cases.filter(({ flarepath }) => flarepath.mase !== null).length,
    msPerSeries: rounded(mean(cases.map(({ milliseconds }) => milliseconds)), 1),
    baselines: {
      naive2: figuresOf(cases, (scores) => scores.naive2),
      seasonalNaive: figuresOf(cases, (scores) => scores.seasonalNaive),
    },
  };
}

/** Figures of one method; OWA as in the M4 competition: means over all series first, ratios then. */
function figuresOf(cases: readonly CaseScores[], scoreOf: (scores: CaseScores) => Score): MethodFigures {
  const scores = cases.map(scoreOf);
  const smape = mean(scores.map((score) => score.smapePercent));
  const scaled = meanOfKnown(scores.map((score) => score.mase));
  const naive2Smape = mean(cases.map(({ naive2 }) => naive2.smapePercent));
  const naive2Mase = meanOfKnown(cases.map(({ naive2 }) => naive2.mase));
  const pinball = meanOfKnown(scores.map((score) => score.pinball));
  const naivePinball = meanOfKnown(cases.map(({ seasonalNaive }) => seasonalNaive.pinball));
  const smapeRatio = ratio(smape, naive2Smape);
  const maseRatio = ratio(scaled, naive2Mase);
  return {
    smape: rounded(smape, 3),
    mase: roundedOrNull(scaled, 3),
    owa: smapeRatio === null || maseRatio === null ? null : rounded((smapeRatio + maseRatio) / 2, 4),
    coverage95: roundedOrNull(meanOfKnown(scores.map((score) => score.inside95)), 4),
    p90Coverage: roundedOrNull(meanOfKnown(scores.map((score) => score.below90)), 4),
    pinballVsNaive: roundedOrNull(ratio(pinball, naivePinball), 4),
  };
}

/** null where there is nothing to compare with: a baseline that is perfect has no worse. */
function ratio(value: number | null, baseline: number | null): number | null {
  return value === null || baseline === null || baseline <= 0 ? null : value / baseline;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function roundedOrNull(value: number | null, digits: number): number | null {
  return value === null ? null : rounded(value, digits);
}
