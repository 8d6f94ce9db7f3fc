import { describe, expect, test } from 'vitest';
import type { ClusterView } from '../../../core/contracts/cluster.ts';
import { landingOf } from '../../../core/pilot/landing.ts';
import { viewAt } from './flights.ts';

type Step = ClusterView['steps'][number];
const step = (state: Step['state'], name = 'etl', failureReason: string | null = null): Step => ({
  stepId: 's-1',
  name,
  state,
  startedAt: null,
  endedAt: null,
  failureReason,
});
const landed = (over: Partial<ClusterView>, attempt = 1) =>
  landingOf(viewAt(60, over), { look: 7, attempt, maxAttempts: 2 });

describe('a landing', () => {
  test('has happened once all steps completed, whatever the cluster does then', () => {
    const steps = [step('COMPLETED'), step('COMPLETED', 'load')];
    expect(landed({ steps })).toMatchObject({ outcome: 'landed', look: 7, retryable: false });
    expect(landed({ steps, state: 'TERMINATED' })).toMatchObject({ outcome: 'landed' });
  });

  test('has not happened while steps run, and not while a cluster is on its way down', () => {
    expect(landed({})).toBeNull();
    expect(landed({ state: 'TERMINATING' })).toBeNull();
    expect(landed({ steps: [] })).toBeNull();
  });

  test('has come when the first nodes did not, and another attempt may find them', () => {
    const waiting = (minutes: number, attempt: number) =>
      landingOf(viewAt(minutes, { state: 'STARTING', steps: [step('PENDING')] }), {
        look: 7,
        attempt,
        maxAttempts: 2,
      });
    expect(waiting(30, 1)).toBeNull();
    expect(waiting(46, 1)).toMatchObject({ outcome: 'failed', retryable: true });
    expect(waiting(46, 2)).toMatchObject({ outcome: 'failed', retryable: false });
  });

  test('names the step that failed, not those cancelled after it', () => {
    const landing = landed({
      steps: [step('COMPLETED', 'a'), step('FAILED', 'b', 'Unknown Error.'), step('CANCELLED', 'c')],
    });
    expect(landing).toMatchObject({ outcome: 'failed', retryable: true });
    expect(landing?.reason).toMatch(/Step "b" ended as FAILED: Unknown Error/);
  });

  test('of a cancelled step is a failure that nobody should repeat by itself', () => {
    expect(landed({ steps: [step('CANCELLED')] })).toMatchObject({ outcome: 'failed', retryable: false });
  });

  test('of steps that went with a cluster on its way down is judged by the reason of the cluster', () => {
    const steps = [step('CANCELLED')];
    const reason = (stateReasonCode: string) => landed({ state: 'TERMINATING', stateReasonCode, steps }, 1);
    expect(reason('BOOTSTRAP_FAILURE')).toMatchObject({ outcome: 'failed', retryable: true });
    expect(reason('USER_REQUEST')).toMatchObject({ outcome: 'failed', retryable: false });
  });

  test.each([
    ['INTERNAL_ERROR', true],
    ['INSTANCE_FLEET_TIMEOUT', true],
    ['BOOTSTRAP_FAILURE', true],
    ['INSTANCE_FAILURE', true],
    ['VALIDATION_ERROR', true],
    ['USER_REQUEST', false],
    ['A_CODE_OF_TOMORROW', true],
  ])('with errors and code %s is worth another attempt: %s', (stateReasonCode, retryable) => {
    const landing = landed({
      state: 'TERMINATED_WITH_ERRORS',
      stateReasonCode,
      stateReasonMessage: 'so says EMR',
    });
    expect(landing).toMatchObject({ outcome: 'failed', retryable });
    expect(landing?.reason).toContain(stateReasonCode);
  });

  test('on the last attempt is never worth another one', () => {
    const ended = { state: 'TERMINATED_WITH_ERRORS', stateReasonCode: 'INTERNAL_ERROR' } as const;
    expect([landed(ended, 1)?.retryable, landed(ended, 2)?.retryable]).toEqual([true, false]);
  });

  test('of a cluster that somebody terminated is a lost cluster', () => {
    expect(landed({ state: 'TERMINATED', stateReasonCode: 'USER_REQUEST' })).toMatchObject({
      outcome: 'cluster-lost',
      retryable: false,
    });
  });
});
