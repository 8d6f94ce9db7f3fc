/** What the pilot makes of reports that are missing, late, wrong or misdated: it says what it lacks, and goes by time. */
import { describe, expect, it } from 'vitest';
import { openAccountForTest } from './account.ts';
import { heavier } from './happenings.ts';

/** The looks at the second run: the first taught how much work there is. */
async function looks(form?: string, minutes?: number) {
  const faults =
    form === undefined ? [] : [{ kind: 'progress-report' as const, with: { form, minutes: minutes ?? 20 } }];
  const account = await openAccountForTest({ world: heavier, faults });
  const first = await account.start('called');
  await account.landed();
  const second = await account.start('called', new Date(account.nowMs()).toISOString(), 'second');
  await account.landed();
  expect(account.scenario.violations).toEqual([]);
  const outcome = (await account.run(second))?.['outcome'];
  const decisions = await account.decisions(second);
  return { outcome, decisions, firstReasons: (await account.decisions(first)).map(({ reason }) => reason) };
}

describe('the pilot', () => {
  it('sees what the cluster reports, as soon as a run has taught how much there is to do', async () => {
    const { decisions, firstReasons, outcome } = await looks();
    expect(firstReasons.join()).toMatch(/No past run tells how much there is to do; judged by time alone/);
    const shares = decisions.flatMap(({ progress }) => progress.workDone ?? []);
    expect(shares.length).toBeGreaterThan(1);
    expect(Math.max(...shares)).toBeGreaterThan(0.5);
    expect(outcome).toMatch(/succeeded|late/);
  }, 120_000);

  it.each([
    ['missing', 0, /Nothing reports progress; judged by time alone/],
    ['dies', 3, /Its newest report is 1\d min old; judged by time since \d+ % of the work was done/],
    ['backwards', 16, /Progress went backwards from \d+ % to \d+ %/],
    [
      'clock-ahead',
      20,
      /of the work is done by its metric, as its newest report is dated (19|20) min ahead, so clocks disagree/,
    ],
  ])(
    'says what it lacks when reports are %s, and the run lands',
    async (form, minutes, says) => {
      const { decisions, outcome } = await looks(form, minutes);
      expect(decisions.map(({ reason }) => reason).join('\n')).toMatch(says);
      expect(outcome).toMatch(/succeeded|late/);
      for (const { action, progress } of decisions)
        if (progress.workDone === null) expect(action.kind).toBe('hold');
    },
    120_000,
  );
});
