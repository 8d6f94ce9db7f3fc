import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';
import { composeApprovalRequest } from '../../../core/report/approval-request.ts';
import { composeFailureMessage } from '../../../core/report/failure-message.ts';
import { labelled, paragraph, subjectLine, type Message } from '../../../core/report/message.ts';
import { composeMissAnnouncement } from '../../../core/report/miss-announcement.ts';
import { composeMissWarning } from '../../../core/report/miss-warning.ts';
import { composeRunMessage } from '../../../core/report/run-message.ts';
import { composeSkipMessage } from '../../../core/report/skip-message.ts';
import { at, plan, record, run } from '../ledger/run-fixtures.ts';

function expectReadable({ subject, text }: Message): void {
  expect(subject).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,99}$/);
  for (const line of text.split('\n')) {
    if (!line.includes('--task-')) expect(line.length).toBeLessThanOrEqual(80);
  }
  expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
}

/** The text without its line breaks. */
const flat = ({ text }: Message): string => text.replace(/\s+/g, ' ');

const report = { record: record(), plan, scores: null, errorBudget: null };

describe('the message about a run', () => {
  it('tells outcome, deadline, cost against target and on demand, use, and forecast', () => {
    const message = composeRunMessage({
      ...report,
      scores: {
        runKey: run.runKey,
        loadErrorPercent: -5,
        loadWithin90Percent: true,
        runtimeErrorPercent: -8,
        costErrorPercent: -9,
        runsKnown: 4,
      },
      errorBudget: { windowDays: 28, target: 0.99, runs: 20, missed: 0, allowed: 0.2, remainingShare: 1 },
      budget: { targetUsd: 5, limitUsd: 12 },
    });
    expectReadable(message);
    expect(message.subject).toBe('orders on time, 50 min before its deadline, 3.50 USD');
    expect(flat(message)).toContain('target 5.00 USD, limit 12.00 USD');
    expect(flat(message)).toContain('50 % saved');
    expect(flat(message)).toContain('78 % of the executors');
    expect(flat(message)).toContain('error -5 %');
    expect(flat(message)).toContain('20 of 20 runs on time');
    expect(flat(message)).toContain('- Nothing.');
  });

  it('tells what to do about a late, a dear and a skewed run', () => {
    const stage = {
      stageId: 7,
      attempt: 0,
      name: 'join',
      taskCount: 9,
      failedTaskCount: 0,
      submittedAt: null,
      completedAt: null,
      taskSeconds: 100,
      longestTaskSeconds: 50,
      medianTaskSeconds: 5,
      gcSeconds: 20,
      inputBytes: 1,
      shuffleReadBytes: 1,
      shuffleWriteBytes: 1,
      spillBytes: 9,
      peakExecutionMemoryBytes: 1,
    };
    const eventLog = { ...summariseEventLog([]), stages: [stage] };
    const message = composeRunMessage({
      ...report,
      record: record({
        outcome: 'late',
        stepsEndedAt: at(130),
        reclaims: 3,
        costUsd: 13,
        utilisation: 0.4,
        eventLog,
      }),
      errorBudget: { windowDays: 28, target: 0.99, runs: 20, missed: 2, allowed: 0.2, remainingShare: -9 },
      budget: { targetUsd: 5, limitUsd: 12 },
    });
    expectReadable(message);
    expect(message.subject).toContain('orders LATE by 10 min');
    for (const words of [
      'lost 3 spot nodes',
      'overspent',
      'more than its limit',
      'Only 40 %',
      'skewed',
      'garbage',
      'spilled',
    ]) {
      expect(flat(message)).toContain(words);
    }
  });

  it('says that a green run without output left nothing to publish', () => {
    const message = composeRunMessage({
      ...report,
      record: record({
        outcome: 'failed',
        outcomeReason: 'Every step succeeded, but the output is missing or empty.',
        outputPresent: false,
      }),
    });
    expect(message.subject).toContain('FAILED');
    expect(flat(message)).toContain('Nothing was published');
  });

  it('is whole when hardly anything is known', () => {
    expectReadable(
      composeRunMessage({
        ...report,
        plan: null,
        record: record({
          outcome: 'failed',
          outcomeReason: 'No cluster ever started.',
          inputBytes: null,
          forecastInputBytes: null,
          stepsStartedAt: null,
          stepsEndedAt: null,
          runtimeSeconds: null,
          predictedRuntimeSeconds: null,
          costUsd: null,
          onDemandCostUsd: null,
          predictedCostUsd: null,
          utilisation: null,
          paidEfficiency: null,
        }),
      }),
    );
  });
});

describe('other messages', () => {
  it('announce a miss while there is time, with what the pilot does', () => {
    const message = composeMissAnnouncement({
      run,
      decision: {
        runKey: run.runKey,
        attempt: 1,
        look: 9,
        decidedAt: at(60),
        progress: { observedAt: at(60), workDone: 0.4, stepsDone: 1, stepsTotal: 2 },
        predictedFinishAt: at(150),
        remainingSeconds: [1, 2, 3, 4, 5400, 6000, 7000, 8000, 9000],
        lateProbability: 0.97,
        action: { kind: 'hold' },
        announceMiss: true,
        reason: 'Already at the largest fleet the budget allows.',
        nextLookSeconds: 60,
      },
    });
    expectReadable(message);
    expect(message.subject).toBe('orders will miss its deadline by about 30 min');
    expect(flat(message)).toContain('60 min from now');
    expect(flat(message)).toContain('largest fleet');
  });

  it.each(['turn', 'input', 'plan', 'approval', 'launch'] as const)(
    'warn of a miss before the run flies, and say what to do: %s',
    (kind) => {
      const message = composeMissWarning({
        run,
        hindrance: { kind, since: at(-60), reason: 'Missing: s3://data/dt=2026-01-05/_SUCCESS.' },
        prospect: {
          lateProbability: 0.9,
          predictedFinishAt: new Date(Date.parse(run.deadlineAt) + 600_000).toISOString(),
        },
        now: at(0),
      });
      expectReadable(message);
      expect(message.subject).toContain('orders will miss its deadline by about 10 min');
      expect(flat(message)).toContain('Missing: s3://data/');
      expect(flat(message)).toContain('What to do:');
    },
  );

  it('take back a miss that did not come true, and recall one that did', () => {
    const announced = { ...report, missAnnouncedAt: at(10) };
    const onTime = composeRunMessage(announced);
    expectReadable(onTime);
    expect(onTime.subject).toMatch(/^orders on time after all/);
    expect(flat(onTime)).toContain('All clear');
    const late = composeRunMessage({ ...announced, record: record({ outcome: 'late' }) });
    expectReadable(late);
    expect(flat(late)).not.toContain('All clear');
    expect(flat(late)).toContain('Announced:');
  });

  it('ask for approval with commands that can be pasted and answer what the state machine reads', () => {
    const summary = {
      plan: { key: 'k', sha256: 'b'.repeat(64), sizeBytes: 1 },
      expectedCostUsd: 9,
      lateProbability: 0.02,
      missLikely: false,
      usualSeconds: 3600,
      launch: 'ask' as const,
      launchReason: 'It is above its target.',
      description: '12 m5.2xlarge on spot in us-east-1a',
    };
    const message = composeApprovalRequest({
      run,
      summary,
      taskToken: 'AQC'.repeat(200),
      region: 'us-east-1',
      askedAt: at(0),
      answerBy: at(30),
    });
    expectReadable(message);
    const outputs = [...message.text.matchAll(/--task-output '(.*)'/g)].map((match): unknown =>
      JSON.parse(match[1]!),
    );
    expect(outputs).toEqual([{ approved: true, by: 'command line', reason: 'approved' }]);
    expect(message.text).toContain(`flarepath approve ${run.runKey}`);
    expect(flat(message)).toContain('In time if: answered by');
    expect(flat(message)).toContain('later, it will probably miss its deadline');
    expect(message.text).toContain('--decline --reason TEXT');
    expect(flat(message)).toContain(`--task-token '${'AQC'.repeat(200)}'`);
  });

  it('tell of a failure by its own message, not by a stack trace', () => {
    const cause = JSON.stringify({
      errorType: 'NoFeasiblePlanError',
      errorMessage: 'Nothing fits into 0.10 USD.',
      trace: ['at x', 'at y'],
    });
    const message = composeFailureMessage({ run, error: 'NoFeasiblePlanError', cause });
    expectReadable(message);
    expect(flat(message)).toContain('Nothing fits into 0.10 USD.');
    expect(flat(message)).not.toContain('at x');
    expectReadable(composeFailureMessage({ run, error: 'States.Timeout', cause: '' }));
  });

  it('tell of a skipped and a declined run', () => {
    expectReadable(
      composeSkipMessage({ run, reason: 'The run before it is still in flight.', outcome: 'skipped' }),
    );
    expect(composeSkipMessage({ run, reason: 'Too dear.', outcome: 'declined' }).subject).toBe(
      'orders declined: Too dear.',
    );
  });
});

describe('the form of messages', () => {
  it('keeps any text within what SNS takes as a subject', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(subjectLine(text)).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,99}$/);
      }),
    );
  });

  it('breaks lines at 80 columns without losing a word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 60 }), (words) => {
        const text = paragraph(words.join(' '), '  ');
        expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
        expect(text.split(/\s+/).filter((word) => word !== '')).toEqual(words);
      }),
    );
    expect(labelled('Cost', 'x')).toBe('Cost:         x');
  });
});
