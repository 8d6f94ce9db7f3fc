import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../core/contracts/runbook.ts';
import { judgeAction } from '../../../core/incidents/judge-action.ts';
import { RUNBOOKS } from '../../../core/incidents/runbooks.ts';
import { at, badInput, Desk, reclaim } from './desk.ts';

const runbook = RUNBOOKS.find(({ id }) => id === 'quarantine-reclaimed-pool')!;
const record: ActionRecord = {
  ...{ runbookId: runbook.id, incidentId: 'inc-1', action: 'quarantine-pool', at: at(1), nth: 1 },
};

function incidentWith(...minutes: number[]) {
  const desk = new Desk();
  minutes.forEach((minute, i) => desk.hand(reclaim(`i-1-${i}`, at(minute))));
  return desk.incidents()[0]!;
}

describe('the one look after a first response', () => {
  it('waits for a quarter of an hour, and looks once', () => {
    expect(judgeAction(record, runbook, incidentWith(0), at(15))).toBeNull();
    const outcome = judgeAction(record, runbook, incidentWith(0), at(17));
    expect(outcome).toMatchObject({ helped: true, lookedAt: at(17) });
    expect(judgeAction({ ...record, outcome: outcome! }, runbook, incidentWith(0), at(40))).toBeNull();
  });

  it('finds no help where more of it came after, beside what was under way', () => {
    expect(judgeAction(record, runbook, incidentWith(0, 2), at(17))?.helped).toBe(true);
    const outcome = judgeAction(record, runbook, incidentWith(0, 9), at(17));
    expect(outcome).toMatchObject({ helped: false, because: expect.stringMatching(/^1 alarm of it came/) });
  });

  it('asks only for what the response is against', () => {
    const desk = new Desk();
    desk.hand(badInput('job-1', at(9)));
    expect(judgeAction(record, runbook, desk.incidents()[0]!, at(17))?.helped).toBe(true);
  });
});
