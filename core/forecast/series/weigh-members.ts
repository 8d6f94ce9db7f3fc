import type { RegularSeries } from './regular-series.ts';
import type { Trial, Trials } from './rolling-origins.ts';

/** Weights fall with this power of the error; with few origins with less. */
const ERROR_POWER = 4;
const HALF_POWER_ORIGINS = 2;
/** Added to relative errors, so that a member without any error does not make the others infinite. */
const LEAST_ERROR = 1e-9;

/**
 * How wrong each member was: by origin, then by member, its mean absolute error over the usual value there.
 * NaN where it said nothing, or nothing was seen.
 */
export function errorsOf(series: RegularSeries, trials: Trials): number[][] {
  return trials.origins.map((origin, o) =>
    trials.members.map(({ past }) => {
      const forecast = past[o] ?? null;
      return forecast === null ? NaN : errorAt(series, origin, forecast);
    }),
  );
}

function errorAt({ values, observed }: RegularSeries, origin: number, forecast: Float64Array): number {
  const until = Math.min(values.length, origin + forecast.length);
  let errors = 0;
  let count = 0;
  for (let i = origin; i < until; i += 1) {
    if (observed[i] === 0) continue;
    errors += Math.abs((forecast[i - origin] ?? 0) - (values[i] ?? 0));
    count += 1;
  }
  let sizes = 0;
  const from = Math.max(0, origin - forecast.length);
  for (let i = from; i < until; i += 1) sizes += Math.abs(values[i] ?? 0);
  const usual = sizes / (until - from);
  return count === 0 ? NaN : errors / count / (usual > 0 ? usual : 1);
}

/**
 * Weights of the members, adding up to 1: the smaller a member's error relative to the others' at the same
 * origins, the larger. A member that was never tested counts only when none was.
 *
 * @param errors  by origin, then by member
 * @param without  index of an origin that must not count, as it is what will be forecast
 */
export function weightsFrom(
  errors: readonly (readonly number[])[],
  memberCount: number,
  without = -1,
): number[] {
  const own = new Float64Array(memberCount);
  const usual = new Float64Array(memberCount);
  const tests = new Float64Array(memberCount);
  errors.forEach((byMember, o) => {
    if (o === without) return;
    const known = byMember.filter((error) => !Number.isNaN(error));
    const mean = known.reduce((sum, error) => sum + error, 0) / known.length;
    byMember.forEach((error, m) => {
      if (Number.isNaN(error)) return;
      own[m] = (own[m] ?? 0) + error;
      usual[m] = (usual[m] ?? 0) + mean;
      tests[m] = (tests[m] ?? 0) + 1;
    });
  });
  const most = Math.max(...tests);
  if (!(most > 0)) return Array.from(tests, () => 1 / memberCount);
  const power = (ERROR_POWER * most) / (most + HALF_POWER_ORIGINS);
  const raw = Array.from(tests, (count, m) =>
    count === 0 ? 0 : relativeError(own[m] ?? 0, usual[m] ?? 0) ** -power,
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

function relativeError(own: number, usual: number): number {
  return (usual > 0 ? own / usual : 1) + LEAST_ERROR;
}

/** The ensemble's forecast of what is to come. */
export function ensembleAhead(members: readonly Trial[], weights: readonly number[]): Float64Array {
  return combined(
    members.map(({ ahead }) => ahead),
    weights,
  );
}

/** What the ensemble would have said at an origin, with the weights that the other origins give. */
export function ensembleAt(trials: Trials, errors: readonly (readonly number[])[], o: number): Float64Array {
  return combined(
    trials.members.map(({ past }) => past[o] ?? null),
    weightsFrom(errors, trials.members.length, o),
  );
}

/** The weighted mean of the forecasts there are. */
function combined(forecasts: readonly (Float64Array | null)[], weights: readonly number[]): Float64Array {
  const length = Math.max(0, ...forecasts.map((forecast) => forecast?.length ?? 0));
  const mean = new Float64Array(length);
  let total = 0;
  forecasts.forEach((forecast, m) => {
    const weight = weights[m] ?? 0;
    if (forecast === null || weight === 0) return;
    total += weight;
    for (let h = 0; h < length; h += 1) mean[h] = (mean[h] ?? 0) + weight * (forecast[h] ?? 0);
  });
  return mean.map((value) => value / total);
}
