import type { LoadPoint } from '../../../core/contracts/load-forecast.ts';
import type { forecastLoad } from '../../../core/forecast/forecast-load.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { mstlForecast } from '../../../lambdas/runtime/mstl.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.parse('2026-01-05T02:00:00.000Z'); // a Monday
export const at = (day: number): string => new Date(START_MS + day * DAY_MS).toISOString();

export function request(
  overrides: Partial<Parameters<typeof forecastLoad>[0]>,
): Parameters<typeof forecastLoad>[0] {
  return {
    job: 'orders',
    scheduledAt: at(56),
    manifest: null,
    history: [],
    similar: [],
    declaredBytes: null,
    timeZone: 'UTC',
    holidays: [],
    mstl: mstlForecast,
    ...overrides,
  };
}

/** Weekdays 100 GiB, weekends 30 GiB, noise of the given log spread. */
export function weekly(days: number, seed: string, spread = 0.05, scale = 1): LoadPoint[] {
  const rng = seededRng(seed);
  return Array.from({ length: days }, (_, day) => ({
    scheduledAt: at(day),
    inputBytes: (day % 7 < 5 ? 100 : 30) * scale * BYTES_PER_GIB * Math.exp(spread * 3.46 * (rng() - 0.5)),
  }));
}
