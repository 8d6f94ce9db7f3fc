import type { Member, RegularSeries } from './regular-series.ts';

const MAX_ORIGINS = 60;
const MAX_ORIGINS_FAR_AHEAD = 12;
/** Beyond this horizon origins stand half a horizon apart, and fewer of them are enough. */
const FAR_AHEAD_STEPS = 12;
/** With fewer origins than this whose whole horizon is past, later ones count as far as the past reaches. */
const ENOUGH_ORIGINS = 6;
const LEAST_TRAINING_STEPS = 3;

/** What one member said at each origin, and in the end about what is to come. */
export interface Trial {
  readonly name: string;
  /** one for each origin; null where the member had nothing to say */
  readonly past: readonly (Float64Array | null)[];
  readonly ahead: Float64Array;
}

export interface Trials {
  /** positions in the series; a forecast at an origin knows what lies before it */
  readonly origins: readonly number[];
  readonly members: readonly Trial[];
}

/**
 * Lets every member forecast at earlier origins, each time knowing only what was known then, and at the end.
 * A member with nothing to say at the end takes no part.
 *
 * @param horizonSteps  at least 1
 * @see Tashman, Out-of-sample tests of forecasting accuracy, 2000 (rolling origin)
 */
export function rollingOrigins(
  series: RegularSeries,
  members: readonly Member[],
  horizonSteps: number,
): Trials {
  const origins = originsFor(series, horizonSteps);
  const cuts = [...origins, series.values.length];
  const trials = members.flatMap(({ name, forecast }) => {
    const forecasts = forecast(series, cuts, horizonSteps);
    const ahead = forecasts.at(-1);
    if (!ahead || !isFinite(ahead)) return [];
    return [{ name, past: forecasts.slice(0, -1).map(orNothing), ahead }];
  });
  return { origins, members: trials };
}

function originsFor({ values, periodsSteps }: RegularSeries, horizonSteps: number): number[] {
  const count = values.length;
  const twoSeasons = 2 * (periodsSteps.at(-1) ?? 2);
  const least = Math.max(LEAST_TRAINING_STEPS, Math.min(twoSeasons, Math.floor(count / 2)));
  const far = horizonSteps > FAR_AHEAD_STEPS;
  const most = far ? MAX_ORIGINS_FAR_AHEAD : MAX_ORIGINS;
  const stride = far ? Math.floor(horizonSteps / 2) : 1;
  const whole = Math.floor((count - horizonSteps - least) / stride) + 1;
  const last = whole >= ENOUGH_ORIGINS ? count - horizonSteps : count - 1;
  return placesBefore(last, stride, most, periodsSteps.at(-1) ?? 1)
    .filter((origin) => origin >= least)
    .reverse();
}

/**
 * So many places, the last one first. Where that many strides do not go through a whole season, only half of them do:
 * the others are spread over the rest of it. Recent days alone would see no weekend, and trust a member that
 * knows of none as much as one that does.
 */
function placesBefore(last: number, stride: number, most: number, seasonSteps: number): number[] {
  const through = most * stride >= seasonSteps;
  const recent = through ? most : Math.floor(most / 2);
  const earlier = last - recent * stride;
  const wide = Math.floor((seasonSteps - recent * stride) / (most - recent));
  return Array.from({ length: most }, (_, i) =>
    i < recent ? last - i * stride : earlier - (i - recent) * wide,
  );
}

function orNothing(forecast: Float64Array | null): Float64Array | null {
  return forecast !== null && isFinite(forecast) ? forecast : null;
}

function isFinite(values: Float64Array): boolean {
  return values.every(Number.isFinite);
}
