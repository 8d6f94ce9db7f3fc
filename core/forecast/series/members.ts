import { levelAndSeason } from './level-and-season.ts';
import { mstlMember, type MstlForecast } from './mstl.ts';
import type { Member } from './regular-series.ts';
import { ridgeAutoregression, type RidgeShape } from './ridge-autoregression.ts';
import { seasonalGrowth, seasonalShift } from './seasonal-growth.ts';
import { seasonalMean } from './seasonal-mean.ts';
import { shapeAndLevel } from './shape-and-level.ts';
import { theta } from './theta.ts';

const PROFILE_PERIODS = 4;
const PROFILE_DECAY = 0.7;

/**
 * The ways that take part for given seasons: none is best everywhere, and their mistakes differ.
 *
 * @param periodsSteps  season lengths in steps, ascending; of more than two the first and the last count
 * @param mstl  null where it is not loaded
 */
export function membersFor(periodsSteps: readonly number[], mstl: MstlForecast | null): Member[] {
  const short = periodsSteps[0];
  const long = periodsSteps.length > 1 ? periodsSteps.at(-1) : undefined;
  const ridge = (name: string, shape: Partial<RidgeShape>): Member => ({
    name,
    forecast: ridgeAutoregression({
      scale: 'log',
      lagsSteps: nearLags(short, long),
      harmonics: harmonicsOf(short, long),
      ...shape,
    }),
  });
  const season = long ?? short;
  const level: Member[] = [
    { name: 'last value', forecast: seasonalMean(1, 1, 1) },
    { name: 'recent mean', forecast: seasonalMean(1, 14, 0.85) },
    { name: 'theta', forecast: theta(season ?? 1) },
    ridge('ridge, log', {}),
    ridge('ridge, raw', { scale: 'raw' }),
  ];
  if (short === undefined || season === undefined) return level;
  return [
    ...level,
    ridge('ridge, log, two seasons back', {
      lagsSteps: [...nearLags(short, long), season + short, season + short + 1, 2 * season, 2 * season + 1],
    }),
    ridge('ridge, log, same place only', { lagsSteps: multiples(short, season) }),
    { name: 'seasonal mean', forecast: seasonalMean(season, PROFILE_PERIODS, PROFILE_DECAY) },
    { name: 'level and season', forecast: levelAndSeason(season) },
    { name: 'seasonal naive', forecast: seasonalMean(short, 1, 1) },
    { name: 'last season with growth', forecast: seasonalGrowth(season) },
    { name: 'last season, shifted', forecast: seasonalShift(season) },
    ...(mstl === null ? [] : [{ name: 'MSTL', forecast: mstlMember(mstl, periodsSteps) }]),
    {
      name: 'shape and level',
      forecast: shapeAndLevel(short, long === undefined ? 1 : Math.round(long / short)),
    },
  ];
}

/** The last few steps, and the steps around one and two seasons back. */
function nearLags(short: number | undefined, long: number | undefined): number[] {
  const lags = new Set([1, 2, 3, 4, 5, 6].filter((lag) => short === undefined || lag < short));
  for (const season of [short, long]) {
    if (season === undefined) continue;
    for (let aside = -2; aside <= 2; aside += 1) if (season + aside > 0) lags.add(season + aside);
  }
  if (short !== undefined) {
    for (const lag of [2 * short - 1, 2 * short, 2 * short + 1]) lags.add(lag);
    if (long !== undefined) for (const lag of multiples(short, long)) lags.add(lag);
  }
  return [...lags].sort((a, b) => a - b);
}

/** Each multiple of the short season up to the long one, at most the first seven and the last. */
function multiples(short: number, long: number): number[] {
  const count = Math.floor(long / short);
  const all = Array.from({ length: Math.min(7, count) }, (_, i) => (i + 1) * short);
  return [...new Set([...all, long])];
}

function harmonicsOf(short: number | undefined, long: number | undefined): RidgeShape['harmonics'] {
  const harmonics: { periodSteps: number; count: number }[] = [];
  if (short !== undefined && short > 2) {
    harmonics.push({ periodSteps: short, count: Math.min(3, Math.floor((short - 1) / 2)) });
  }
  if (long !== undefined && long > 4) harmonics.push({ periodSteps: long, count: 2 });
  return harmonics;
}
