import { describe, expect, test } from 'vitest';
import { admissionUnderPause } from '../../../core/control/admission-under-pause.ts';
import { after, situationAt, start } from '../pilot/flights.ts';

const { run } = situationAt(0, null);

const bar = (minutes: number) => ({ kind: 'pause' as const, reason: 'Paused', until: after(minutes) });

describe('a run whose job is paused', () => {
  test('waits, held by the pause and by no other run, while it can land after it', () => {
    expect(admissionUnderPause(bar(10), run, 3600, start)).toMatchObject({
      decision: 'wait',
      heldBy: 'pause',
    });
  });

  test('is skipped when it cannot', () => {
    const late = (Date.parse(run.deadlineAt) - Date.parse(start)) / 60_000 - 30;
    expect(admissionUnderPause(bar(late), run, 3600, start)).toMatchObject({ decision: 'skipped' });
  });
});
