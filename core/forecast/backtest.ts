import { MILLISECONDS_PER_DAY } from '../units.ts';
import { cadenceOf, type History } from './clean-history.ts';
import { fitSeasonalProfile, type ProfileShape, type SeasonalProfile } from './seasonal-profile.ts';

const PERIODS_MS = [MILLISECONDS_PER_DAY, 7 * MILLISECONDS_PER_DAY];
const LEVEL_HALF_LIVES_POINTS = [2, 7];
const MAX_ORIGINS = 60;
const MIN_TRAINING_POINTS = 3;
/** What was forecast from far fewer points than there are now says little about a forecast of today. */
const LEAST_TRAINING_SHARE = 1 / 3;
/** A shape with a season must beat the one before it by this share to be believed. */
const WORTHWHILE_GAIN = 0.03;

export interface Backtest {
  readonly shape: ProfileShape;
  readonly profile: SeasonalProfile;
  /** log of actual over forecast at each earlier origin, same horizon, nothing seen of the actual */
  readonly logResiduals: readonly number[];
  /** null when no origin had an actual size of a byte or more */
  readonly mapePercent: number | null;
}

/**
 * Chooses the profile that would have forecast this history best, origin by origin, each time knowing only what
 * was known then, as far ahead as the target is now.
 *
 * @param history  at least one point
 * @see Tashman, Out-of-sample tests of forecasting accuracy, 2000 (rolling origin)
 */
export function chooseProfile(history: History, targetMs: number): Backtest {
  const cadenceMs = cadenceOf(history.points);
  const lastMs = history.points.at(-1)?.timeMs ?? targetMs;
  const stepsAhead = Math.max(1, Math.round((targetMs - lastMs) / cadenceMs));
  let best: { shape: ProfileShape; logResiduals: number[]; error: number } | null = null;
  for (const shape of candidates(history, cadenceMs)) {
    const logResiduals = residualsOf(history, cadenceMs, stepsAhead, shape);
    const error = mean(logResiduals.map(Math.abs));
    if (best === null || error < best.error * (1 - WORTHWHILE_GAIN)) best = { shape, logResiduals, error };
  }
  const { shape, logResiduals } = best ?? {
    shape: { periodMs: null, levelHalfLifePoints: 7 },
    logResiduals: [],
  };
  return {
    shape,
    profile: fitSeasonalProfile(history.points, targetMs, cadenceMs, shape),
    logResiduals,
    mapePercent: mapePercentOf(history, logResiduals),
  };
}

/** Simplest first. A season needs two periods of history and several points in each. */
function candidates(history: History, cadenceMs: number): ProfileShape[] {
  const spanMs = (history.points.at(-1)?.timeMs ?? 0) - (history.points[0]?.timeMs ?? 0);
  const periods = PERIODS_MS.filter(
    (periodMs) => periodMs >= 2 * cadenceMs && spanMs + cadenceMs >= 2 * periodMs * 0.99,
  );
  return [null, ...periods].flatMap((periodMs) =>
    LEVEL_HALF_LIVES_POINTS.map((levelHalfLifePoints) => ({ periodMs, levelHalfLifePoints })),
  );
}

function residualsOf(history: History, cadenceMs: number, stepsAhead: number, shape: ProfileShape): number[] {
  const { points } = history;
  const first = Math.max(
    MIN_TRAINING_POINTS + stepsAhead - 1,
    Math.floor(points.length * LEAST_TRAINING_SHARE),
    points.length - MAX_ORIGINS,
  );
  return points.slice(first).map((actual, i) => {
    const known = points.slice(0, first + i - stepsAhead + 1);
    return actual.logSize - fitSeasonalProfile(known, actual.timeMs, cadenceMs, shape).logSize;
  });
}

function mapePercentOf(history: History, logResiduals: readonly number[]): number | null {
  const actuals = history.points.slice(history.points.length - logResiduals.length);
  const errors = actuals.flatMap((actual, i) => {
    if (actual.inputBytes < 1) return [];
    const forecastBytes = Math.exp(actual.logSize - (logResiduals[i] ?? 0)) - history.shiftBytes;
    return [Math.abs(actual.inputBytes - Math.max(0, forecastBytes)) / actual.inputBytes];
  });
  return errors.length === 0 ? null : 100 * mean(errors);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
