import { describe, expect, it } from 'vitest';
import { Fails, PLAN, RUN, scripted, SMOOTH, START, type Script } from './scripted.ts';

const fly = (changes: Script = {}) => scripted('run-job', START, { ...SMOOTH, ...changes });
const manifest = {};
/** States that wait, each a few times before it goes on. */
const WAITS: Readonly<Record<string, Script>> = {
  turn: {
    admitRun: (_, times) =>
      times < 4
        ? { decision: 'wait', reason: 'busy', run: RUN, retryAfterSeconds: 60 }
        : { decision: 'admitted', reason: 'free', run: RUN, maxAttempts: 1 },
  },
  input: {
    awaitInput: (_, times) => ({
      decision: times < 4 ? 'wait' : 'ready',
      reason: 'missing',
      retryAfterSeconds: 60,
      manifest,
    }),
  },
  launch: {
    reserveLaunch: (_, times) => ({
      decision: times < 4 ? 'wait' : 'reserved',
      reason: 'full',
      retryAfterSeconds: 60,
    }),
  },
};

describe.each(Object.entries(WAITS))('a run that waits (%s)', (kind, script) => {
  const told = (answer: unknown) => fly({ ...script, warnOfMiss: () => answer });

  it('asks whether people must be told, and waits on as it would have', async () => {
    const { status, inputs } = await told({ checkAt: '1970-01-01T00:00:00.000Z' });
    expect(status).toBe('SUCCEEDED');
    expect(inputs('warnOfMiss')).toHaveLength(4);
    expect(inputs('warnOfMiss')[0]).toMatchObject({ run: { runKey: RUN.runKey }, hindrance: { kind } });
  });

  it('asks no sooner than it is to, and no more once they were told', async () => {
    const later = await told({ checkAt: '2999-01-01T00:00:00.000Z' });
    expect(later.inputs('warnOfMiss')).toHaveLength(1);
    const done = await told({ checkAt: null });
    expect(done.inputs('warnOfMiss')).toHaveLength(1);
  });

  it('flies all the same when nobody can be told', async () => {
    const { status, called } = await told(new Fails('RequestRefusedError'));
    expect(status).toBe('SUCCEEDED');
    expect(called).toContain('launchCluster');
  });
});

describe('a plan that is likely late', () => {
  it('is told of once an attempt, then flies', async () => {
    const { status, inputs } = await fly({
      planFleet: () => ({ ...PLAN, missLikely: true }),
      warnOfMiss: () => ({ checkAt: '1970-01-01T00:00:00.000Z' }),
    });
    expect(status).toBe('SUCCEEDED');
    expect(inputs('warnOfMiss').map(({ hindrance }) => hindrance.kind)).toEqual(['plan']);
  });
});

describe('a plan that waits for an answer', () => {
  const asking: Script = {
    planFleet: () => ({ ...PLAN, launch: 'ask' }),
    requestApproval: () => ({ messageId: 'm' }),
  };

  it('is declined when nobody answers, however often people were to be told meanwhile', async () => {
    const { status, called, inputs, seconds } = await fly({
      ...asking,
      warnOfMiss: () => ({ checkAt: null }),
    });
    expect([status, called.includes('launchCluster')]).toEqual(['SUCCEEDED', false]);
    expect(inputs('warnOfMiss').map(({ hindrance }) => hindrance.kind)).toEqual(['approval']);
    expect(inputs('requestApproval')).toHaveLength(1);
    expect(seconds).toBeLessThan(3700);
  });

  it('waits for an answer all the same when nobody can be told', async () => {
    const { inputs, seconds } = await fly({ ...asking, warnOfMiss: () => new Fails('RequestRefusedError') });
    expect(inputs('reportRun')[0].ending.outcome).toBe('declined');
    expect(seconds).toBeGreaterThanOrEqual(3600);
  });
});
