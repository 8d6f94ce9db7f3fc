import { describe, expect, it } from 'vitest';
import { Fails, landed, PLAN, RUN, scripted, SMOOTH, START, type Script } from './scripted.ts';

const fly = (changes: Script = {}) => scripted('run-job', START, { ...SMOOTH, ...changes });
const named = (called: string[]) => called.filter((name, i) => name !== called[i - 1]);

describe('a run', () => {
  it('goes from admission to report, and publishes only once its cluster is gone', async () => {
    const { status, called, output } = await fly();
    expect(status).toBe('SUCCEEDED');
    expect(named(called.filter((name) => !['lookAndSteer', 'sleep'].includes(name)))).toEqual([
      'admitRun',
      'awaitInput',
      'forecastLoad',
      'surveyMarket',
      'planFleet',
      'reserveLaunch',
      'launchCluster',
      'collectRun',
      'releaseCluster',
      'publishOutput',
      'learnFromRun',
      'reportRun',
    ]);
    expect(output.outcome).toBe('succeeded');
  });

  it('hands on references, never more than a page', async () => {
    const { calls } = await fly();
    for (const { input } of calls) expect(input.Payload.length).toBeLessThan(8192);
  });

  it('ends quietly when another execution has it', async () => {
    const { status, called } = await fly({
      admitRun: () => ({ decision: 'already-running', reason: 'taken' }),
    });
    expect([status, called]).toEqual(['SUCCEEDED', ['admitRun']]);
  });

  it('that is skipped is reported as the run it is', async () => {
    const { status, inputs } = await fly({
      admitRun: () => ({ decision: 'skipped', reason: 'busy', run: RUN }),
    });
    expect(status).toBe('SUCCEEDED');
    expect(inputs('reportRun')[0]).toMatchObject({
      run: RUN,
      ending: { outcome: 'skipped', reason: 'busy' },
    });
  });

  it('queues behind another run of its job, then flies', async () => {
    const { status, seconds } = await fly({
      admitRun: (_, times) => ({
        decision: times < 3 ? 'wait' : 'admitted',
        reason: 'busy',
        run: RUN,
        maxAttempts: 1,
        retryAfterSeconds: 60,
      }),
    });
    expect(status).toBe('SUCCEEDED');
    expect(seconds).toBeGreaterThan(180);
  });

  it('waits for its input from when it was admitted', async () => {
    const wait = (decision: string) => ({ decision, reason: 'missing', retryAfterSeconds: 60, manifest: {} });
    const { status, inputs } = await fly({
      awaitInput: (_, times) => wait(times < 4 ? 'wait' : 'run-anyway'),
    });
    expect(status).toBe('SUCCEEDED');
    expect(new Set(inputs('awaitInput').map(({ waitingSince }) => waitingSince)).size).toBe(1);
  });

  it.each(['skip', 'fail'])('reports input that never came, by the policy %s', async (decision) => {
    const { status, inputs, called } = await fly({
      awaitInput: () => ({ decision, reason: 'no marker', retryAfterSeconds: 60, manifest: {} }),
    });
    expect(status).toBe(decision === 'skip' ? 'SUCCEEDED' : 'FAILED');
    expect(called.at(-1)).toBe('reportRun');
    expect(JSON.stringify(inputs('reportRun'))).toContain('no marker');
    expect(called).not.toContain('launchCluster');
  });
});

describe('a plan', () => {
  it('is told and not launched when the job wants advice only', async () => {
    const { status, called, inputs } = await fly({
      planFleet: () => ({ ...PLAN, launch: 'advise', launchReason: 'The job only wants advice.' }),
    });
    expect(status).toBe('SUCCEEDED');
    expect(called.at(-1)).toBe('reportRun');
    expect(inputs('reportRun')[0]).toMatchObject({
      ending: { outcome: 'declined', reason: expect.stringContaining('only wants advice') },
      plan: { description: 'A plan.' },
    });
  });

  it('is declined when nobody answers in time', async () => {
    const { status, called, inputs, seconds } = await fly({
      planFleet: () => ({ ...PLAN, launch: 'ask' }),
      requestApproval: () => ({ messageId: 'm' }),
    });
    expect([status, called.includes('launchCluster')]).toEqual(['SUCCEEDED', false]);
    expect(seconds).toBeGreaterThanOrEqual(3600);
    expect(inputs('requestApproval')[0]).toMatchObject({ timeoutSeconds: 3600 });
    expect(inputs('reportRun')[0].ending.outcome).toBe('declined');
  });

  it('that cannot be made fails the run and tells the cause', async () => {
    const { status, error, inputs, called } = await fly({
      planFleet: () => new Fails('NoFeasiblePlanError'),
    });
    expect([status, error]).toEqual(['FAILED', 'NoFeasiblePlanError']);
    expect(inputs('reportRun')[0].failure).toMatchObject({
      state: 'PlanFleet',
      error: 'NoFeasiblePlanError',
    });
    expect(called).not.toContain('launchCluster');
  });
});

describe('a launch', () => {
  it('waits for room, and asks again', async () => {
    const { status, called, seconds } = await fly({
      reserveLaunch: (_, times) =>
        times < 3
          ? { decision: 'wait', reason: 'hour full', retryAfterSeconds: 100 }
          : { decision: 'reserved', reason: 'room' },
    });
    expect(status).toBe('SUCCEEDED');
    expect(seconds).toBeGreaterThan(300);
    expect(called.indexOf('launchCluster')).toBeGreaterThan(called.lastIndexOf('reserveLaunch'));
  });

  it('that is refused is told as the end of the run, with the reason', async () => {
    const { status, called, inputs } = await fly({
      reserveLaunch: () => ({ decision: 'refused', reason: 'The kill switch is on.' }),
    });
    expect([status, called.includes('launchCluster')]).toEqual(['SUCCEEDED', false]);
    expect(inputs('reportRun')[0]).toMatchObject({
      ending: { outcome: 'declined', reason: 'The kill switch is on.' },
    });
  });

  it('knows whether people have said yes to its plan', async () => {
    const asked = await fly({
      planFleet: () => ({ ...PLAN, launch: 'ask' }),
      requestApproval: () => new Fails('AccessRefusedError'),
    });
    expect(asked.called).not.toContain('reserveLaunch');
    expect((await fly()).inputs('reserveLaunch')[0]).toMatchObject({ approved: false });
  });
});

describe('a flight that fails', () => {
  const failing: Script = {
    lookAndSteer: () => landed('failed', true),
    collectRun: () => ({
      record: {},
      outcome: 'failed',
      reason: 'step failed',
      publishable: false,
      retryable: true,
      retryAfterSeconds: 600,
    }),
  };

  it('is tried again only once its cluster is proved gone, with prices of then', async () => {
    const { called, inputs } = await fly(failing);
    const attempts = inputs('launchCluster').map(({ run }) => run.attempt);
    expect(attempts).toEqual([1, 2]);
    const second = called.lastIndexOf('launchCluster');
    const before = called.slice(0, second);
    expect(before.filter((name) => name === 'releaseCluster')).toHaveLength(2);
    expect(before.lastIndexOf('surveyMarket')).toBeGreaterThan(before.lastIndexOf('releaseCluster'));
  });

  it('waits before it as long as the failure policy says', async () => {
    const collected = failing['collectRun']?.({}, 1) as object;
    const hasty = await fly({ ...failing, collectRun: () => ({ ...collected, retryAfterSeconds: 0 }) });
    const { seconds } = await fly(failing);
    expect(seconds - hasty.seconds).toBe(600);
  });

  it('is not tried again when the failure policy calls it final', async () => {
    const collected = failing['collectRun']?.({}, 1) as object;
    const { inputs } = await fly({ ...failing, collectRun: () => ({ ...collected, retryable: false }) });
    expect(inputs('launchCluster')).toHaveLength(1);
  });

  it('fails the run when its attempts are spent', async () => {
    const { status, error, inputs } = await fly(failing);
    expect([status, error]).toEqual(['FAILED', 'RunFailed']);
    expect(inputs('reportRun')).toHaveLength(1);
    expect(inputs('reportRun')[0].summary.outcome).toBe('failed');
  });

  it('is not tried again when another cluster would fare no better', async () => {
    const { inputs } = await fly({ ...failing, lookAndSteer: () => landed('failed', false) });
    expect(inputs('launchCluster')).toHaveLength(1);
  });

  it('never begins another attempt beside a cluster that will not go', async () => {
    const { status, error, inputs } = await fly({
      ...failing,
      releaseCluster: () => ({ decision: 'terminating', clusterIds: ['j-1'], retryAfterSeconds: 30 }),
    });
    expect([status, error]).toEqual(['FAILED', 'ClusterNotReleased']);
    expect(inputs('launchCluster')).toHaveLength(1);
  });

  it('releases the cluster whatever broke', async () => {
    for (const state of ['launchCluster', 'collectRun']) {
      const { status, called } = await fly({ [state]: () => new Fails('RequestRefusedError') });
      expect(status).toBe('FAILED');
      expect(called.slice(called.lastIndexOf(state) + 1)).toEqual([
        'releaseCluster',
        'releaseCluster',
        'reportRun',
      ]);
    }
  });

  it('looks a launch of unknown outcome up until it is known', async () => {
    const { status, inputs, seconds } = await fly({
      launchCluster: (input, times) =>
        times < 4 ? new Fails('LaunchOutcomeUnknownError') : SMOOTH.launchCluster!(input, times),
    });
    expect([status, inputs('launchCluster').length]).toEqual(['SUCCEEDED', 5]);
    expect(seconds).toBeGreaterThan(10);
  });

  it('treats the death of the child execution as a failure of this attempt', async () => {
    const { inputs, called } = await fly({ lookAndSteer: () => new Fails('InvalidInputError') });
    expect(inputs('collectRun')[0].landing).toMatchObject({ outcome: 'failed', retryable: true });
    expect(called).toContain('releaseCluster');
  });
});

describe('a run that landed', () => {
  it('has landed even if it could not be learnt from', async () => {
    const { status, inputs } = await fly({ learnFromRun: () => new Fails('InvalidInputError') });
    expect(status).toBe('SUCCEEDED');
    expect(inputs('reportRun')[0].scores).toBeNull();
  });

  it.each([
    [
      'is slow in going',
      { releaseCluster: () => ({ decision: 'terminating', clusterIds: ['j-1'], retryAfterSeconds: 30 }) },
    ],
    ['cannot be released', { releaseCluster: () => new Fails('RequestRefusedError') }],
  ])('has landed even if its cluster %s: the reaper sees to it', async (_, script) => {
    const { status, called } = await fly(script);
    expect(status).toBe('SUCCEEDED');
    expect(called.slice(-3)).toEqual(['publishOutput', 'learnFromRun', 'reportRun']);
  });

  it('is a failure when another attempt already published', async () => {
    const { status, error } = await fly({
      publishOutput: () => ({ published: false, reason: 'attempt 1 did' }),
    });
    expect([status, error]).toEqual(['FAILED', 'OutputNotPublished']);
  });

  it('flies on in further executions after 500 looks', async () => {
    const { status, inputs } = await fly({
      lookAndSteer: ({ look }) =>
        look < 1100 ? { landing: null, nextLookSeconds: 60, look, wakeCount: 0 } : landed('landed'),
    });
    expect(status).toBe('SUCCEEDED');
    expect(inputs('lookAndSteer').map(({ look }) => look)).toEqual(Array.from({ length: 1101 }, (_, i) => i));
  });
});
