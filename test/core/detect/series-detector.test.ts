import { describe, expect, it } from 'vitest';
import { ALARM_DECADES } from '../../../core/detect/alarm-threshold.ts';
import { combineEvidence } from '../../../core/detect/combine-evidence.ts';
import { SeriesDetector, SeriesState, type Reading } from '../../../core/detect/series-detector.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const STEP_SECONDS = 300;
const DAY_POINTS = 288;

/** Values with a little noise of their own. */
function noisy(count: number, valueAt: (i: number) => number, seed = 'noise'): number[] {
  const rng = seededRng(seed);
  return Array.from({ length: count }, (_, i) => valueAt(i) + rng() + rng() - 1);
}

function watch(values: readonly number[], detector = new SeriesDetector(), from = 0): Reading[] {
  return values.map((value, i) => {
    const reading = detector.observe((from + i) * STEP_SECONDS, value);
    detector.told();
    return reading;
  });
}

/** Points at which a reading is a signal. */
function signals(readings: readonly Reading[]): number[] {
  return readings.flatMap(({ strength }, i) => (strength >= ALARM_DECADES ? [i] : []));
}

const daily = (i: number) => 20 + 10 * Math.sin((2 * Math.PI * i) / DAY_POINTS);

describe('a series detector', () => {
  it('tells of a jump at once, says what was expected, and says it once', () => {
    const readings = watch(noisy(1500, (i) => (i < 1200 ? 10 : 30)));
    const found = signals(readings).filter((i) => i >= 1000);
    expect(found[0]).toBe(1200);
    expect(found.filter((i) => i > 1230)).toEqual([]);
    expect(readings[1200]!.expected).toBeCloseTo(10, 0);
    expect(readings[1200]!.deviationSpreads).toBeGreaterThan(10);
  });

  it('keeps telling of what nobody was told', () => {
    const values = noisy(1230, (i) => (i < 1200 ? 10 : 30));
    const detector = new SeriesDetector();
    const readings = values.map((value, i) => detector.observe(i * STEP_SECONDS, value));
    expect(signals(readings)).toContain(1200);
    expect(signals(readings)).toContain(1201);
    expect(signals(watch(values))).not.toContain(1201);
  });

  it('asks for more evidence of a long series than of a short one', () => {
    const surprise = { novelty1: 1, dayBefore: 1 };
    expect(combineEvidence(surprise, 20_000)).toBeLessThan(combineEvidence(surprise, 200));
    expect(combineEvidence({}, 20_000)).toBe(0);
  });

  it('is silent until it has seen enough to know what is usual', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const values = noisy(40, (i) => (i === 30 ? 40 : 10), `start ${seed}`);
      expect(signals(watch(values))).toEqual([]);
    }
  });

  it('says next to nothing about noise', () => {
    expect(signals(watch(noisy(4000, () => 10))).length).toBeLessThan(10);
  });

  it('knows the time of day: a peak that stays out is told, the peaks that come are not', () => {
    const days = 12;
    const missing = 10 * DAY_POINTS;
    const values = noisy(days * DAY_POINTS, (i) =>
      i >= missing && i < missing + DAY_POINTS / 2 ? 20 : daily(i),
    );
    const found = signals(watch(values)).filter((i) => i > 6 * DAY_POINTS);
    expect(found.filter((i) => i < missing).length).toBeLessThan(4);
    expect(found.some((i) => i >= missing && i < missing + DAY_POINTS / 2)).toBe(true);
  });

  it('takes a constant for what it is, and tells when it ends', () => {
    const readings = watch([...Array.from({ length: 200 }, () => 7), 8]);
    expect(signals(readings.slice(0, -1))).toEqual([]);
    expect(readings.at(-1)!.expected).toBe(7);
    expect(signals(readings)).toEqual([200]);
  });

  it('judges a point without what follows: another future changes no reading', () => {
    const past = noisy(600, daily);
    const calm = watch([...past, ...noisy(200, daily, 'calm')]);
    const wild = watch([...past, ...noisy(200, () => 900, 'wild')]);
    expect(wild.slice(0, 600)).toEqual(calm.slice(0, 600));
  });

  it('reads the same whether it ran through or was put away after any point', () => {
    const values = noisy(900, (i) => daily(i) + (i >= 749 ? 15 : 0));
    const through = watch(values);
    let detector = new SeriesDetector();
    // put away just after a signal, so that what was said must be kept, too
    expect(through[749]!.strength).toBeGreaterThan(0);
    const readings: Reading[] = [];
    for (let from = 0; from < values.length; from += 150) {
      const kept: unknown = JSON.parse(JSON.stringify(detector.state()));
      detector = new SeriesDetector(SeriesState.parse(kept));
      readings.push(...watch(values.slice(from, from + 150), detector, from));
    }
    expect(readings).toEqual(through);
  });

  it('keeps no more than a few hundred kilobytes, however long the series', () => {
    const detector = new SeriesDetector();
    watch(
      noisy(6000, daily).map((value) => Math.round(value * 100) / 100),
      detector,
    );
    expect(SeriesState.parse(detector.state()).seen).toBe(6000);
    expect(JSON.stringify(detector.state()).length).toBeLessThan(200_000);
  });

  it('refuses what is no number and what comes out of order, and says what to do', () => {
    const detector = new SeriesDetector();
    detector.observe(600, 1);
    expect(() => detector.observe(900, NaN)).toThrow(InvalidInputError);
    expect(() => detector.observe(300, 1)).toThrow(/after one at 600 s; allowed: points in order of time/);
    expect(detector.observe(600, 1).evidence).toBe(0);
  });
});
