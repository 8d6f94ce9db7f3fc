import { expect, it } from 'vitest';
import { timelineOf } from '../../dashboard/timeline.ts';
import { sampleReport } from './sample-report.ts';

const [someRun] = sampleReport().jobs[0]!.runs;

function landing(reclaims: number): string | undefined {
  const times = { stepsEndedAt: '2026-01-05T03:00:00.000Z', deadlineAt: '2026-01-05T04:00:00.000Z' };
  const record = { ...someRun!.record, ...times, outcome: 'succeeded' as const, launchedAt: null, reclaims };
  const run = { ...someRun!, record, plan: null, decisions: [], chargedUsd: 2, releasedAt: null };
  return timelineOf([run]).at(-1)?.text;
}

it('a landing tells of the nodes that were reclaimed on the way', () => {
  expect(landing(0)).toBe('ended 60 min before its deadline, 2.00 USD');
  expect(landing(1)).toMatch(/, although a spot node was reclaimed$/);
  expect(landing(12)).toMatch(/, although 12 spot nodes were reclaimed$/);
});
