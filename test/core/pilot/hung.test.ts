import { describe, expect, test } from 'vitest';
import type { PilotDecision } from '../../../core/contracts/flight.ts';
import { givenUpAsHung } from '../../../core/pilot/hung.ts';
import { decide } from '../../../core/pilot/decide.ts';
import { situationAt } from './flights.ts';

/** When a flight of an hour is given up that is looked at every ten minutes and has done this share of its work then. */
function givenUp(
  minutes: number,
  workDone: (minute: number) => number | null,
  tasksDone?: (minute: number) => number,
) {
  let previous: PilotDecision | null = null;
  for (let minute = 10; minute <= minutes; minute += 10) {
    const look = minute / 10;
    const seen = situationAt(minute, workDone(minute), { previous, look });
    const counted = tasksDone === undefined ? {} : { tasksDone: tasksDone(minute) };
    const situation = { ...seen, progress: { ...seen.progress, ...counted } };
    previous = decide(situation);
    const landing = givenUpAsHung({ ...situation, attempt: 1, maxAttempts: 2 }, previous);
    if (landing !== null) return { minute, landing };
  }
  return null;
}

describe('a flight that hangs', () => {
  test('is given up after four times the longest runtime predicted, and may be tried again', () => {
    expect(givenUp(600, () => 0.3)).toMatchObject({ landing: { outcome: 'failed', retryable: true } });
    expect(givenUp(600, () => 0.3)?.minute).toBeGreaterThan(240);
  });

  test('flies on for as long as it gets on, however slowly', () => {
    expect(givenUp(900, (minute) => minute / 2000)).toBeNull();
  });

  test('flies on where tasks end, whatever share of the work they are', () => {
    expect(
      givenUp(
        900,
        () => null,
        (minute) => minute / 10,
      ),
    ).toBeNull();
    expect(
      givenUp(
        900,
        () => null,
        () => 7,
      ),
    ).toMatchObject({ landing: { endedBy: 'hung' } });
  });

  test('flies on when its application begins anew, as that gets on, too', () => {
    const restarts = (minute: number) => (minute <= 340 ? minute / 400 : 0.05 + (minute - 340) / 4000);
    expect(givenUp(380, restarts)).toBeNull();
  });

  test('that nobody reports of is given up, too, once its deadline has passed', () => {
    expect(givenUp(600, () => null)).toMatchObject({ landing: { outcome: 'failed' } });
  });
});
