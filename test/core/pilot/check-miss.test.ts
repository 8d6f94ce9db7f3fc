import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hindrance } from '../../../core/contracts/miss-warning.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';
import { checkMiss, type Waiting } from '../../../core/pilot/check-miss.ts';
import { after, start } from './flights.ts';

const MARKER = 's3://data/dt=2026-01-05/_SUCCESS';
const readiness = (onTimeout: 'run' | 'skip' | 'fail', waitMinutes = 240) => ({
  readiness: { markers: [MARKER], waitMinutes, onTimeout },
});

/** A run of an hour that has waited since 02:00; its deadline is at 05:00. */
const waiting = (minutes: number, kind: Hindrance['kind'], over: Partial<Waiting> = {}): Waiting => ({
  run: { deadlineAt: after(180) },
  job: readiness('run'),
  hindrance: { kind, since: start, reason: 'because' },
  need: { startupSeconds: 420, runtimeSeconds: lognormalQuantiles(3600, 0.15) },
  placeFreeAt: null,
  now: after(minutes),
  ...over,
});

/** The minute at which a run that waits on and on is first told of; null when never before its deadline. */
function toldAt(kind: Hindrance['kind'], over: Partial<Waiting> = {}): number | null {
  for (let minutes = 0; minutes < 180;) {
    const { tell, checkAt } = checkMiss(waiting(minutes, kind, over));
    if (tell) return minutes;
    minutes = (Date.parse(checkAt!) - Date.parse(start)) / 60_000;
  }
  return null;
}

describe('a run that waits', () => {
  test.each(['turn', 'input', 'approval', 'launch'] as const)(
    'is not called a miss while there is time for it, and is well before the deadline: %s',
    (kind) => {
      expect(checkMiss(waiting(20, kind)).lateProbability).toBeLessThan(0.5);
      const told = toldAt(kind, { placeFreeAt: after(150) });
      expect(told).toBeGreaterThan(kind === 'turn' ? -1 : 60);
      expect(told).toBeLessThanOrEqual(180 - 15);
    },
  );

  test('for an answer is a miss once not even one at once would help, and no sooner', () => {
    const told = toldAt('approval');
    expect(told).toBeGreaterThanOrEqual(180 - 7 - 60);
    expect(told).toBeLessThanOrEqual(180 - 7 - 60 + 20);
  });

  test('for its turn behind a run that does not fly yet waits for a whole flight', () => {
    const late = (minutes: number) => checkMiss(waiting(minutes, 'turn')).lateProbability;
    expect(late(30)).toBeLessThan(0.3);
    // the run ahead takes 67 minutes, this one as well
    expect(late(60)).toBeGreaterThan(0.8);
  });

  test('is told of no later than at the last moment that counts, however long it needs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 20_000 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (seconds, spread) => {
          const runtimeSeconds = lognormalQuantiles(seconds, spread);
          const told = toldAt('input', { need: { startupSeconds: 420, runtimeSeconds } });
          const lead = Math.max(15, (0.2 * seconds) / 60);
          expect(told).not.toBeNull();
          expect(180 - told!).toBeGreaterThanOrEqual(Math.min(lead, 180));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('is the likelier late the longer it waits', () => {
    const late = [0, 30, 60, 90, 105, 120].map(
      (minutes) => checkMiss(waiting(minutes, 'input')).lateProbability,
    );
    expect(late).toEqual([...late].sort((a, b) => a - b));
  });

  test('and would fail for want of input is as late as one that never gets any', () => {
    const late = (onTimeout: 'run' | 'skip' | 'fail', waitMinutes: number) =>
      checkMiss(waiting(30, 'input', { job: readiness(onTimeout, waitMinutes) })).lateProbability;
    // goes on without its input at half past, when there is time enough
    expect(late('run', 31)).toBeLessThan(0.1);
    expect(late('fail', 31)).toBeGreaterThan(0.8);
    // skipped on purpose is not late
    expect(late('skip', 31)).toBeLessThan(0.1);
  });

  test('for its turn waits as long as the run ahead is expected to take', () => {
    const late = (minute: number) =>
      checkMiss(waiting(10, 'turn', { placeFreeAt: after(minute) })).lateProbability;
    expect(late(30)).toBeLessThan(0.1);
    expect(late(170)).toBeGreaterThan(0.9);
  });

  test('and has a plan that cannot make it is told of at once', () => {
    const need = { startupSeconds: 420, runtimeSeconds: lognormalQuantiles(4 * 3600, 0.1) };
    expect(checkMiss(waiting(60, 'plan', { need }))).toMatchObject({ tell: true, checkAt: null });
    expect(checkMiss(waiting(60, 'plan')).tell).toBe(false);
  });

  test('is checked again soon enough, and not without end', () => {
    for (const minutes of [0, 50, 100, 120, 150]) {
      const { checkAt, tell } = checkMiss(waiting(minutes, 'input'));
      if (tell) continue;
      const seconds = (Date.parse(checkAt!) - Date.parse(after(minutes))) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(60);
      expect(seconds).toBeLessThanOrEqual(900);
    }
  });
});
