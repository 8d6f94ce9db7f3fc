import { expect, it } from 'vitest';
import type { RunView } from '../../dashboard/report-data.ts';
import { timelineOf } from '../../dashboard/timeline.ts';

function landing(reclaims: number): string | undefined {
  const record = {
    ...{ job: 'orders', outcome: 'succeeded', launchedAt: null, stepsEndedAt: '2026-01-05T03:00:00.000Z' },
    ...{ deadlineAt: '2026-01-05T04:00:00.000Z', reclaims, costUsd: 2 },
  };
  const run = { record, plan: null, decisions: [], chargedUsd: 2, releasedAt: null };
  return timelineOf([run as unknown as RunView]).at(-1)?.text;
}

it('a landing tells of the nodes that were reclaimed on the way', () => {
  expect(landing(0)).toBe('ended 60 min before its deadline, 2.00 USD');
  expect(landing(1)).toMatch(/, although a spot node was reclaimed$/);
  expect(landing(12)).toMatch(/, although 12 spot nodes were reclaimed$/);
});
