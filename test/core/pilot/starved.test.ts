import { describe, expect, test } from 'vitest';
import { decide } from '../../../core/pilot/decide.ts';
import { givenUpAsStarved, mayStarve, type YarnApps } from '../../../core/pilot/starved.ts';
import { situationAt } from './flights.ts';

const STARVED: YarnApps = { measurements: 3, pendingLeast: 1, runningMost: 0 };

function at(minutes: number, apps: YarnApps = STARVED, attempt = 1) {
  const situation = situationAt(minutes, 0);
  const decision = decide(situation);
  const flight = { ...situation, attempt, maxAttempts: 2 };
  return { asked: mayStarve(flight, decision), landing: givenUpAsStarved(flight, decision, apps) };
}

describe('an application that waits for YARN', () => {
  test('is given up after twenty minutes in which nothing ran, and YARN is not asked before', () => {
    // steps begin at minute 8
    expect(at(27)).toEqual({ asked: false, landing: null });
    expect(at(29)).toMatchObject({ asked: true, landing: { outcome: 'failed', retryable: true } });
  });

  test.each<[string, YarnApps]>([
    ['something runs', { ...STARVED, runningMost: 1 }],
    ['nothing waits', { ...STARVED, pendingLeast: 0 }],
    ['there is a single measurement', { ...STARVED, measurements: 1 }],
    ['there is none', { measurements: 0, pendingLeast: Infinity, runningMost: -Infinity }],
  ])('flies on while %s', (_, apps) => {
    expect(at(60, apps)).toEqual({ asked: true, landing: null });
  });

  test('flies on in the last attempt: there is none after it', () => {
    expect(at(60, STARVED, 2).landing).toBeNull();
  });
});
