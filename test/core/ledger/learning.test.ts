import { describe, expect, it } from 'vitest';
import type { RunFailure } from '../../../core/contracts/failure.ts';
import { RunScores, type RunRecord } from '../../../core/contracts/run-record.ts';
import { errorBudget } from '../../../core/ledger/error-budget.ts';
import { scoreRun } from '../../../core/ledger/score-run.ts';
import { loadPoints, trainingRuns } from '../../../core/ledger/training-runs.ts';
import { at, record, SCHEDULED_AT } from './run-fixtures.ts';

describe('scores', () => {
  it('tell by how much more was expected than happened', () => {
    const scores = RunScores.parse(scoreRun(record(), 12));
    expect(scores.loadErrorPercent).toBeCloseTo(-5, 6);
    expect(scores.loadWithin90Percent).toBe(true);
    expect(scores.runtimeErrorPercent).toBeCloseTo(-100 / 12, 6);
    expect(scores.runsKnown).toBe(12);
  });

  it('tell whether memory and utilisation came as expected', () => {
    const range = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];
    const scored = (utilisation: number, peakMib: number) =>
      scoreRun(
        record({
          utilisation,
          predictedUtilisation: range,
          peakMemoryMibPerCore: peakMib,
          predictedPeakMemoryMibPerCore: range.map((share) => 1000 * share),
        }),
      );
    expect(scored(0.7, 840)).toMatchObject({
      utilisationWithin90Percent: true,
      peakMemoryWithin90Percent: true,
    });
    expect(scored(0.52, 880)).toMatchObject({
      utilisationWithin90Percent: false,
      peakMemoryWithin90Percent: false,
    });
    expect(scoreRun(record())).not.toHaveProperty('peakMemoryWithin90Percent');
  });

  it('leave out what was not measured or not finished', () => {
    expect(scoreRun(record({ outcome: 'failed' }))).toMatchObject({
      runtimeErrorPercent: null,
      costErrorPercent: null,
    });
    expect(scoreRun(record({ inputBytes: null }))).toMatchObject({
      loadErrorPercent: null,
      loadWithin90Percent: null,
    });
  });
});

describe('training data', () => {
  it('leaves out failed runs and lowers the weight of runs that lost nodes, and says why', () => {
    const records = [
      record(),
      record({ outcome: 'failed' }),
      record({ reclaims: 2 }),
      record({ cores: null }),
      record({ outcome: 'skipped' }),
    ];
    const { runs, remarks } = trainingRuns(records);
    expect(runs.map(({ weight }) => weight)).toEqual([1, 0.3]);
    const [told] = trainingRuns([record({ peakMemoryMibPerCore: 700 })]).runs;
    expect(told?.peakMemoryMibPerCore).toBe(700);
    expect(remarks.map(({ reason }) => reason).join('; ')).toMatch(
      /failed.*lost 2 spot nodes.*not known.*skipped/,
    );
  });

  it('knows of a run that was stopped at work that it would have taken longer, and of one that broke nothing', () => {
    const failedBy = (rule: RunFailure['rule']) =>
      record({
        outcome: 'failed',
        failure: { rule, evidence: [], remedy: 'stop-and-tell' },
      });
    const { runs, remarks } = trainingRuns([
      failedBy('stopped-on-purpose'),
      failedBy('spend-limit'),
      failedBy('executor-out-of-memory'),
      failedBy('hung-driver'),
    ]);
    expect(runs.map(({ stopped }) => stopped)).toEqual([true, true]);
    expect(remarks.map(({ reason }) => reason).join('; ')).toMatch(
      /a lower bound: it was stopped after.*; left out/,
    );
  });

  it('knows the load of failed runs, too, one per scheduled time, in order', () => {
    const points = loadPoints([
      record({ scheduledAt: at(1440), inputBytes: 7 }),
      record({ outcome: 'failed', inputBytes: 5 }),
      record({ attempt: 2, inputBytes: 6 }),
      record({ scheduledAt: at(2880), inputBytes: null }),
    ]);
    expect(points).toEqual([
      { scheduledAt: SCHEDULED_AT, inputBytes: 6 },
      { scheduledAt: at(1440), inputBytes: 7 },
    ]);
  });
});

describe('the error budget', () => {
  const day = (n: number, outcome: RunRecord['outcome'], attempt = 1) => ({
    runKey: `orders@${n}`,
    scheduledAt: at(n * 1440),
    attempt,
    outcome,
  });

  it('counts late and failed runs of the window against what the target allows', () => {
    const records = [
      day(0, 'late'),
      ...Array.from({ length: 20 }, (_, n) => day(10 + n, 'succeeded')),
      day(30, 'late'),
      day(31, 'skipped'),
    ];
    const budget = errorBudget(records, { target: 0.9, windowDays: 28 }, at(35 * 1440));
    expect(budget).toMatchObject({ runs: 21, missed: 1 });
    expect(budget.remainingShare).toBeCloseTo(1 - 1 / 2.1, 6);
  });

  it('judges a run by its last attempt, and says nothing without a run', () => {
    const budget = errorBudget(
      [day(1, 'failed'), day(1, 'succeeded', 2)],
      { target: 0.9, windowDays: 28 },
      at(2 * 1440),
    );
    expect(budget).toMatchObject({ runs: 1, missed: 0, remainingShare: 1 });
    expect(errorBudget([], { target: 0.9, windowDays: 28 }, at(0)).remainingShare).toBeNull();
  });
});
