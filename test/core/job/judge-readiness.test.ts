import { describe, expect, it } from 'vitest';
import { judgeReadiness } from '../../../core/job/judge-readiness.ts';

const since = '2026-01-05T02:00:00.000Z';
const at = (seconds: number) => new Date(Date.parse(since) + seconds * 1000).toISOString();
const job = (onTimeout: 'run' | 'skip' | 'fail') => ({
  readiness: { markers: ['s3://data/_SUCCESS'], waitMinutes: 10, onTimeout },
});
const missing = ['s3://data/_SUCCESS'];

describe('input', () => {
  it('without a missing marker is ready, also where the job names none', () => {
    expect(judgeReadiness(job('fail'), [], since, at(0)).decision).toBe('ready');
    expect(judgeReadiness({}, [], since, at(0)).decision).toBe('ready');
  });

  it('is waited for to the second that the job allows', () => {
    expect(judgeReadiness(job('fail'), missing, since, at(0))).toMatchObject({
      decision: 'wait',
      retryAfterSeconds: 60,
    });
    expect(judgeReadiness(job('fail'), missing, since, at(585)).retryAfterSeconds).toBe(15);
  });

  it.each([
    ['run', 'run-anyway'],
    ['skip', 'skip'],
    ['fail', 'fail'],
  ] as const)('that never came is met by the policy %s', (policy, decision) => {
    const readiness = judgeReadiness(job(policy), missing, since, at(600));
    expect(readiness).toMatchObject({ decision, reason: expect.stringMatching(/_SUCCESS.*10 minutes/) });
  });
});
