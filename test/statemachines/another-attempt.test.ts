/** An attempt has been paid for: what keeps the next one from flying fails the run, and tells what the first came to. */
import { describe, expect, it } from 'vitest';
import { Answers, landed, PLAN, scripted, SMOOTH, START, type Script } from './scripted.ts';

const afterOneFailure = (changes: Script) =>
  scripted('run-job', START, {
    ...SMOOTH,
    lookAndSteer: () => landed('failed', true),
    collectRun: () => ({
      record: {},
      outcome: 'failed',
      reason: 'step failed',
      publishable: false,
      retryable: true,
      retryAfterSeconds: 30,
    }),
    ...changes,
  });
const asked = (answer: object | null) =>
  afterOneFailure({
    planFleet: ({ run }) => ({ ...PLAN, launch: run.attempt === 1 ? 'fly' : 'ask' }),
    requestApproval: () => (answer === null ? { messageId: 'm' } : new Answers(answer)),
  });

describe('a run whose other attempt', () => {
  it('is refused has failed', async () => {
    const { status, error, inputs } = await afterOneFailure({
      reserveLaunch: ({ run }) =>
        run.attempt === 1
          ? { decision: 'reserved', reason: 'room' }
          : { decision: 'refused', reason: 'The run has spent its limit.' },
    });
    expect([status, error]).toEqual(['FAILED', 'LaunchRefused']);
    expect(inputs('reserveLaunch').map(({ run }) => run.attempt)).toEqual([1, 2]);
    expect(inputs('reportRun')[0].failure.cause).toBe(
      'The run has spent its limit. Attempt 1 before it: step failed',
    );
  });

  it.each([
    ['people decline', { approved: false, by: 'ann', reason: 'too dear' }, 'Declined by ann: too dear'],
    ['nobody answers about', null, 'Nobody answered in time: the plan is declined.'],
  ])('%s has failed', async (_, answer, cause) => {
    const { status, error, inputs } = await asked(answer);
    expect([status, error]).toEqual(['FAILED', 'PlanDeclined']);
    expect(inputs('reportRun')[0]).not.toHaveProperty('ending');
    expect(inputs('reportRun')[0].failure.cause).toBe(`${cause} Attempt 1 before it: step failed`);
  });

  it('people approve flies', async () => {
    const { inputs } = await asked({ approved: true, by: 'ann', reason: 'go' });
    expect(inputs('launchCluster').map(({ run }) => run.attempt)).toEqual([1, 2]);
  });
});
