import { ridgeAutoregression } from './ridge-autoregression.ts';
import type { Forecaster } from './regular-series.ts';

const MAX_CYCLES = 42;
const SHAPE_REPEATS = 4;
const SHAPE_DECAY = 0.7;

/**
 * Splits a series into the mean of each cycle and the cycle's shape, forecasts the means by a small ridge
 * autoregression, and puts the shape of the same place in the longer season back on. Shares the noise of a whole
 * cycle where a direct autoregression meets every step's.
 *
 * @param cycleSteps  the shorter season, at least 2
 * @param cyclesPerSeason  cycles in the longer season; 1 when there is none
 */
export function shapeAndLevel(cycleSteps: number, cyclesPerSeason: number): Forecaster {
  const level = ridgeAutoregression({
    scale: 'log',
    lagsSteps: [...new Set([1, 2, cyclesPerSeason, cyclesPerSeason + 1])],
    harmonics: cyclesPerSeason > 2 ? [{ periodSteps: cyclesPerSeason, count: 2 }] : [],
  });
  const forecastAt = (known: Float64Array, horizonSteps: number): Float64Array | null => {
    const means = cycleMeans(known, cycleSteps);
    if (means.length < 2 * cyclesPerSeason || means.some((mean) => mean <= 0)) return null;
    const flat = { values: means, observed: new Uint8Array(means.length).fill(1), periodsSteps: [] };
    const levels = level(flat, [means.length], Math.ceil(horizonSteps / cycleSteps))[0];
    if (!levels) return null;
    const shape = shapes(known, means, cycleSteps, cyclesPerSeason);
    return Float64Array.from(
      { length: horizonSteps },
      (_, h) => (levels[Math.floor(h / cycleSteps)] ?? 0) * (shape[h % shape.length] ?? 1),
    );
  };
  return (series, cuts, horizonSteps) =>
    cuts.map((cut) => {
      const cycles = Math.min(MAX_CYCLES, Math.floor(cut / cycleSteps));
      return forecastAt(series.values.subarray(cut - cycles * cycleSteps, cut), horizonSteps);
    });
}

function cycleMeans(known: Float64Array, cycleSteps: number): Float64Array {
  return Float64Array.from({ length: known.length / cycleSteps }, (_, cycle) => {
    let sum = 0;
    for (let i = 0; i < cycleSteps; i += 1) sum += known[cycle * cycleSteps + i] ?? 0;
    return sum / cycleSteps;
  });
}

/** For each place of the season that follows, the weighted mean share of its cycle in earlier seasons. */
function shapes(
  known: Float64Array,
  means: Float64Array,
  cycleSteps: number,
  cyclesPerSeason: number,
): Float64Array {
  const seasonSteps = cycleSteps * cyclesPerSeason;
  return Float64Array.from({ length: seasonSteps }, (_, h) => {
    let sum = 0;
    let weights = 0;
    let weight = 1;
    let place = known.length - seasonSteps + h;
    for (let back = 0; back < SHAPE_REPEATS && place >= 0; back += 1) {
      sum += (weight * (known[place] ?? 0)) / (means[Math.floor(place / cycleSteps)] ?? 1);
      weights += weight;
      weight *= SHAPE_DECAY;
      place -= seasonSteps;
    }
    return sum / weights;
  });
}
