import { logScaleOf, rawScaleOf } from './scales.ts';
import type { Forecaster } from './regular-series.ts';

/** Share of a change of level that is believed to stay. */
const BELIEVED_SHARE = 0.5;
/** Steps that weigh most when the newest level is compared with that of a season ago. */
const RECENT_DECAY = 0.7;

/** Repeats the last season, moved by half of what its mean moved against the season before. */
export function seasonalGrowth(periodSteps: number): Forecaster {
  return repeated(periodSteps, (values, cut) => {
    const seasons = Math.min(2, Math.floor(cut / periodSteps));
    if (seasons < 2) return 0;
    let sum = 0;
    for (let i = cut - periodSteps; i < cut; i += 1) sum += changeAt(values, i, periodSteps);
    return sum / periodSteps;
  });
}

/** Repeats the last season, moved by half of what the newest steps moved against the same steps a season ago. */
export function seasonalShift(periodSteps: number): Forecaster {
  return repeated(periodSteps, (values, cut) => {
    let sum = 0;
    let weights = 0;
    let weight = 1;
    for (let i = cut - 1; i >= periodSteps && weight > 0.1; i -= 1) {
      sum += weight * changeAt(values, i, periodSteps);
      weights += weight;
      weight *= RECENT_DECAY;
    }
    return weights === 0 ? 0 : sum / weights;
  });
}

function changeAt(values: Float64Array, i: number, periodSteps: number): number {
  return (values[i] ?? 0) - (values[i - periodSteps] ?? 0);
}

function repeated(periodSteps: number, changeOf: (values: Float64Array, cut: number) => number): Forecaster {
  return (series, cuts, horizonSteps) => {
    const scale = logScaleOf(series.values) ?? rawScaleOf(series.values);
    const values = series.values.map(scale.to);
    return cuts.map((cut) => {
      if (cut < periodSteps) return null;
      const change = BELIEVED_SHARE * changeOf(values, cut);
      return Float64Array.from({ length: horizonSteps }, (_, h) =>
        scale.from((values[cut - periodSteps + (h % periodSteps)] ?? 0) + change),
      );
    });
  };
}
