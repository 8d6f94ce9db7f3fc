import { mean } from './accuracy.ts';
import type { Cadence } from './cases.ts';
import type { CaseScores, Score } from './evaluate.ts';

/** One method's figures over all cases. */
export interface MethodFigures {
  readonly smape: number;
  readonly mase: number;
  /** overall weighted average of both against Naive2, which has 1 */
  readonly owa: number;
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
  readonly owa: number;
  readonly smape: number;
  readonly mase: number;
  readonly coverage95: number;
  readonly pinballVsNaive: number;
  readonly p90Coverage: number;
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
    coverage95: own.coverage95 ?? 0,
    pinballVsNaive: own.pinballVsNaive ?? 0,
    p90Coverage: own.p90Coverage ?? 0,
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
  const scaled = mean(known(scores.map((score) => score.mase)));
  const naive2Smape = mean(cases.map(({ naive2 }) => naive2.smapePercent));
  const naive2Mase = mean(known(cases.map(({ naive2 }) => naive2.mase)));
  const pinball = known(scores.map((score) => score.pinball));
  const naivePinball = mean(known(cases.map(({ seasonalNaive }) => seasonalNaive.pinball)));
  return {
    smape: rounded(smape, 3),
    mase: rounded(scaled, 3),
    owa: rounded((smape / naive2Smape + scaled / naive2Mase) / 2, 4),
    coverage95: shareOf(scores.map((score) => score.inside95)),
    p90Coverage: shareOf(scores.map((score) => score.below90)),
    pinballVsNaive: pinball.length === 0 ? null : rounded(mean(pinball) / naivePinball, 4),
  };
}

function shareOf(shares: readonly (number | null)[]): number | null {
  const there = known(shares);
  return there.length === 0 ? null : rounded(mean(there), 4);
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
