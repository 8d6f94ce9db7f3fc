/** How much memory a core's work is expected to want. */
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../core/numerics/normal-quantile.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { valueAt } from '../../../core/numerics/quantiles.ts';
import { fitPeakMemory, predictPeakMemory } from '../../../core/runtime-model/peak-memory.ts';

const GIB = 1024 ** 3;

/** Runs of 40 to 160 GiB whose tasks hold so many MiB by load, off by luck. */
function runsOf(count: number, mibOf: (gib: number) => number, spread: number, seed = 'a') {
  const rng = seededRng(seed);
  return Array.from({ length: count }, () => {
    const gib = 40 * 4 ** rng();
    const luck = Math.exp(spread * normalQuantile(0.001 + 0.998 * rng()));
    return { inputBytes: gib * GIB, weight: 1, peakMemoryMibPerCore: mibOf(gib) * luck };
  });
}
function lawOf(runs: ReturnType<typeof runsOf>) {
  const law = fitPeakMemory(runs);
  if (law === null) throw new Error('no run told');
  return law;
}
const medianAt = (law: ReturnType<typeof lawOf>, gib: number) =>
  predictPeakMemory(law, gib * GIB).medianMibPerCore;

describe('peak memory', () => {
  it('is not known while no run has told', () => {
    expect(fitPeakMemory([])).toBeNull();
    expect(fitPeakMemory([{ inputBytes: GIB, weight: 1 }])).toBeNull();
  });

  it('grows with the load where partitions do, and stays where there are more of them', () => {
    const growing = lawOf(runsOf(12, (gib) => 10 * gib, 0.03));
    expect(medianAt(growing, 160) / medianAt(growing, 40)).toBeGreaterThan(3.5);
    const level = lawOf(runsOf(12, () => 800, 0.03));
    expect(medianAt(level, 160) / medianAt(level, 40)).toBeLessThan(1.15);
    expect(medianAt(level, 80)).toBeGreaterThan(760);
    expect(medianAt(level, 80)).toBeLessThan(840);
  });

  it('is as sure as runs were alike, and less sure of loads that none had', () => {
    const width = (runs: ReturnType<typeof runsOf>, gib: number) => {
      const { logResidual } = predictPeakMemory(lawOf(runs), gib * GIB);
      return valueAt(logResidual, 0.95) - valueAt(logResidual, 0.05);
    };
    const alike = runsOf(30, (gib) => 10 * gib, 0.03);
    expect(
      width(
        runsOf(30, (gib) => 10 * gib, 0.3),
        80,
      ),
    ).toBeGreaterThan(4 * width(alike, 80));
    expect(width(alike, 1600)).toBeGreaterThan(1.2 * width(alike, 80));
    expect(width(alike.slice(0, 1), 80)).toBeGreaterThan(3 * width(alike, 80));
  });

  it.each([4, 12, 40])('holds 90 %% of the next runs between its 5 and 95 %% after %i runs', (count) => {
    let inside = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const runs = runsOf(count + 1, (gib) => 60 * gib ** 0.6, 0.15, `${seed}`);
      const next = runs.pop();
      if (next === undefined) continue;
      const { medianMibPerCore, logResidual } = predictPeakMemory(lawOf(runs), next.inputBytes);
      const miss = Math.log(next.peakMemoryMibPerCore / medianMibPerCore);
      if (miss >= valueAt(logResidual, 0.05) && miss <= valueAt(logResidual, 0.95)) inside += 1;
    }
    expect(inside / 200).toBeGreaterThan(0.84);
    expect(inside / 200).toBeLessThan(0.995);
  });
});
