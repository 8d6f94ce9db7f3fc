import type { Forecaster } from './regular-series.ts';

/**
 * Repeats the season: each place is the weighted mean of the same place in the last periods.
 *
 * @param periodSteps  length of the season; 1 for none
 * @param periods  how many to average, at least 1
 * @param decay  weight of a period relative to the one after it, above 0
 */
export function seasonalMean(periodSteps: number, periods: number, decay: number): Forecaster {
  return (series, cuts, horizonSteps) => {
    return cuts.map((cut) => {
      if (cut < periodSteps) return null;
      return Float64Array.from({ length: horizonSteps }, (_, h) => {
        let sum = 0;
        let weights = 0;
        let weight = 1;
        let place = cut - periodSteps + (h % periodSteps);
        for (let back = 0; back < periods && place >= 0; back += 1) {
          sum += weight * (series.values[place] ?? 0);
          weights += weight;
          weight *= decay;
          place -= periodSteps;
        }
        return sum / weights;
      });
    });
  };
}
