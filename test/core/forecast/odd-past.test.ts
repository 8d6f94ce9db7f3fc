import { describe, expect, it } from 'vitest';
import { forecastLoad } from '../../../core/forecast/forecast-load.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { valueAt } from '../../../core/numerics/quantiles.ts';
import { BYTES_PER_GIB, isoInstant, MILLISECONDS_PER_DAY } from '../../../core/units.ts';

const FIRST_MS = Date.parse('2026-01-05T02:00:00Z');

/** The forecast of the night after a past of nightly loads, GiB by level. */
function nextNight(gib: readonly number[], declaredGib: number | null = null) {
  const at = (night: number) => isoInstant(FIRST_MS + night * MILLISECONDS_PER_DAY);
  const forecast = forecastLoad({
    job: 'nightly',
    scheduledAt: at(gib.length),
    manifest: null,
    history: gib.map((size, night) => ({ scheduledAt: at(night), inputBytes: size * BYTES_PER_GIB })),
    similar: [],
    declaredBytes: declaredGib === null ? null : declaredGib * BYTES_PER_GIB,
    timeZone: 'UTC',
    holidays: [],
    mstl: null,
  });
  return { forecast, at: (level: number) => valueAt(forecast.inputBytes, level) / BYTES_PER_GIB };
}

function nights(seed: string, count: number, sizeOf: (night: number, chance: number) => number): number[] {
  const rng = seededRng(seed);
  return Array.from({ length: count }, (_, night) => sizeOf(night, rng()) * (0.95 + 0.1 * rng()));
}

const SEEDS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('a past with nights that read nothing', () => {
  it.each([0.08, 0.3])('does not make a night likely that is far above any (share %f)', (share) => {
    for (const seed of SEEDS) {
      const { at } = nextNight(nights(seed, 60, (_, chance) => (chance < share ? 0 : 100)));
      expect(at(0.975)).toBeLessThanOrEqual(2 * 105 + 1);
      expect(at(0.05)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('a past in which every night read nothing', () => {
  it('is no certain nothing: the next one is as one without a past, and that is said', () => {
    for (const count of [1, 10, 40]) {
      const { forecast, at } = nextNight(Array.from({ length: count }, () => 0));
      expect(at(0.95)).toBeGreaterThan(100);
      expect(forecast.reason).toMatch(/read nothing, which tells no size; so, without/);
      const declared = nextNight(
        Array.from({ length: count }, () => 0),
        180,
      );
      expect(declared.at(0.5)).toBeCloseTo(180, 6);
      expect(declared.forecast.method).toBe('declared');
    }
  });
});

describe('a load that went to three times its level', () => {
  const shifted = (seed: string, newNights: number) =>
    nights(seed, 50 + newNights, (night) => (night < 50 ? 100 : 300));

  it.each([1, 3, 5])('is expected to be there after %i nights, as far as that tells', (newNights) => {
    const covered = SEEDS.filter((seed) => nextNight(shifted(seed, newNights)).at(0.9) >= 290);
    expect(covered.length).toBeGreaterThanOrEqual(5);
  });

  it('is most likely to stay after three nights, and the reason says so', () => {
    const { forecast, at } = nextNight(shifted('a', 3));
    expect(at(0.5)).toBeGreaterThan(250);
    expect(forecast.reason).toMatch(/newest 3 values are [23]\.\d\d x the usual/);
  });

  it('may go back after one night: the old level stays within the band', () => {
    expect(nextNight(shifted('a', 1)).at(0.1)).toBeLessThan(120);
  });
});

describe('odd nights that always went back', () => {
  it('are not taken for a new level', () => {
    const past = nights('a', 61, (night) => (night % 10 === 0 ? 300 : 100));
    expect(nextNight(past).at(0.5)).toBeLessThan(160);
  });
});

describe('the season that a reason speaks of', () => {
  const reasonOf = (sizeOf: (night: number) => number) => nextNight(nights('c', 60, sizeOf)).forecast.reason;

  it('is one that shows', () => {
    expect(reasonOf((night) => (night % 7 < 5 ? 100 : 60))).toMatch(/weekly pattern/);
  });

  it('is none where nights differ by chance, or not at all', () => {
    for (const seed of SEEDS) {
      expect(nextNight(nights(seed, 60, () => 100)).forecast.reason).toMatch(/no clear season/);
    }
    expect(nextNight(Array.from({ length: 30 }, () => 100)).forecast.reason).toMatch(/no clear season/);
  });
});

describe('an ordinary past', () => {
  it('shows no new level', () => {
    for (const seed of SEEDS) {
      expect(nextNight(nights(seed, 60, () => 100)).forecast.reason).not.toMatch(/new level/);
    }
  });
});
