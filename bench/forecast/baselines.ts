/** Share of the normal distribution's two sides: the M4 competition tests for a season at 90 %. */
const SEASONAL_TEST = 1.645;

/** The last season, over and over. */
export function seasonalNaive(known: readonly number[], periodSteps: number, horizonSteps: number): number[] {
  const period = Math.min(periodSteps, known.length);
  return Array.from({ length: horizonSteps }, (_, h) => known[known.length - period + (h % period)] ?? 0);
}

/** Standard deviation of a seasonal naive forecast's error one season ahead, within what is known. */
export function seasonalNaiveSpread(known: readonly number[], periodSteps: number): number {
  const changes = known.slice(periodSteps).map((value, i) => value - (known[i] ?? 0));
  return Math.sqrt(changes.reduce((sum, change) => sum + change ** 2, 0) / Math.max(1, changes.length));
}

/**
 * The M4 competition's benchmark: the last value, seasonally adjusted by classical multiplicative decomposition
 * where the season is significant.
 *
 * @see Makridakis, Spiliotis and Assimakopoulos, The M4 Competition, 2020
 */
export function naive2(known: readonly number[], periodSteps: number, horizonSteps: number): number[] {
  const last = known.at(-1) ?? 0;
  const factors = isSeasonal(known, periodSteps) ? seasonalFactors(known, periodSteps) : null;
  if (factors === null) return Array.from({ length: horizonSteps }, () => last);
  const level = last / (factors[(known.length - 1) % periodSteps] ?? 1);
  return Array.from(
    { length: horizonSteps },
    (_, h) => level * (factors[(known.length + h) % periodSteps] ?? 1),
  );
}

function isSeasonal(known: readonly number[], periodSteps: number): boolean {
  if (periodSteps < 2 || known.length < 3 * periodSteps) return false;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const correlationAt = (lag: number) =>
    known.slice(lag).reduce((sum, value, i) => sum + (value - mean) * ((known[i] ?? 0) - mean), 0) / variance;
  let squares = 0;
  for (let lag = 1; lag < periodSteps; lag += 1) squares += correlationAt(lag) ** 2;
  const limit = SEASONAL_TEST * Math.sqrt((1 + 2 * squares) / known.length);
  return Math.abs(correlationAt(periodSteps)) > limit;
}

/** Mean ratio to the centred moving mean, by place from the start; null where ratios make no sense. */
function seasonalFactors(known: readonly number[], periodSteps: number): number[] | null {
  if (known.some((value) => value <= 0)) return null;
  const half = Math.floor(periodSteps / 2);
  const ratios = Array.from({ length: periodSteps }, (): number[] => []);
  for (let i = half; i < known.length - half; i += 1) {
    const window = known.slice(i - half, i + half + 1);
    const ends = periodSteps % 2 === 0 ? ((window[0] ?? 0) + (window.at(-1) ?? 0)) / 2 : 0;
    const mean = (window.reduce((sum, value) => sum + value, 0) - ends) / periodSteps;
    ratios[i % periodSteps]?.push((known[i] ?? 0) / mean);
  }
  const factors = ratios.map((place) => place.reduce((sum, ratio) => sum + ratio, 0) / place.length);
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / periodSteps;
  return factors.map((factor) => factor / mean);
}
