import { describe, expect, it } from 'vitest';
import type { AlarmLevel } from '../../../core/contracts/alarm.ts';
import { judge } from '../../../bench/pages/judge.ts';
import { Seen, type Strike } from '../../../bench/pages/seen.ts';
import { summarise } from '../../../bench/pages/summary.ts';
import type { ObservedMessage } from '../../../bench/simulate/observe/messages.ts';
import type { RunResult } from '../../../bench/simulate/scenario-result.ts';

const AT = Date.parse('2026-01-05T02:00:00Z');
const minute = (m: number) => AT + m * 60_000;
const RUN = 'orders@2026-01-05T02:00:00.000Z';
const INCIDENT = 'inc-1';

function night({
  outcome,
  strikes,
  told,
}: {
  outcome: RunResult['outcome'];
  strikes: Strike[];
  told: [number, string][];
}) {
  const seen = new Seen();
  seen.strikes.push(...strikes);
  const level: AlarmLevel = 'critical';
  const alarm = { rule: 'spot-reclaim', level, place: { runKey: RUN }, source: 'aws.ec2' };
  const incident = { threads: [{ alarm, notices: 4 }] };
  seen.incidents.set(INCIDENT, {
    incident: { state: 'open', ...incident },
    causes: ['resize-stuck', 'spot-reclaim'],
  });
  const messages = told.map(([m, subject]): ObservedMessage => ({
    ...{ atMs: minute(m), subject, kind: 'other', runKey: null },
    text: `Incident ${INCIDENT}, version 3, 4 notices.`,
  }));
  const run = { run: { admittedAt: '2026-01-05T02:00:00Z' }, closedAt: '2026-01-05T04:00:00Z' };
  seen.observed = { messages, runs: new Map([[RUN, run]]), nowMs: () => minute(600) };
  return summarise([judge(seen, [{ runKey: RUN, outcome }])], { days: 30, jobDays: 60 });
}
const reclaim = (m: number, job = 'orders'): Strike => ({ kind: 'reclaim', atMs: minute(m), job });

describe('pages', () => {
  it('match the fault that struck a missed run, and are as late as the first of them', () => {
    const summary = night({
      outcome: 'late',
      strikes: [reclaim(10), reclaim(30)],
      told: [
        [11, 'HIGH: EC2 takes it back'],
        [40, 'CRITICAL: EC2 takes it back'],
        [90, 'Over: EC2 takes it back'],
      ],
    });
    expect(summary).toMatchObject({ pages: 2, precision: 1, recall: 1, faultsThatNeedAPage: 1 });
    expect(summary.secondsToMessageP95).toEqual({ event: 60, cloudwatch: null });
    expect(summary).toMatchObject({ top1: 0, top3: 1, reductionPercent: 50, criticalKeptPercent: 100 });
  });

  it('are missing where a fault did harm and nobody was woken; another job’s fault needs none', () => {
    expect(night({ outcome: 'failed', strikes: [reclaim(10)], told: [] })).toMatchObject({ recall: 0 });
    const other = night({ outcome: 'failed', strikes: [reclaim(10, 'scores')], told: [] });
    expect(other).toMatchObject({ faults: 1, faultsThatNeedAPage: 0, recall: null });
  });

  it('are false where nothing struck the run and it was in time: counted by job and month', () => {
    const summary = night({ outcome: 'on-time', strikes: [], told: [[20, 'MEDIUM: it may be late']] });
    expect(summary).toMatchObject({ pages: 1, precision: 0, falsePagesPer50JobMonths: 25, months: 1 });
    const struck = night({
      outcome: 'on-time',
      strikes: [reclaim(10)],
      told: [[20, 'MEDIUM: it may be late']],
    });
    expect(struck).toMatchObject({ precision: 1, falsePagesPer50JobMonths: 0 });
  });
});
