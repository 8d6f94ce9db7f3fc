import { describe, expect, it } from 'vitest';
import { Fails, landed, RUN, scripted, SMOOTH, START } from './scripted.ts';

describe('fly', () => {
  const input = { run: RUN, plan: {}, market: {}, cluster: {}, look: 7 };

  it('looks again when the interval is over, and lands', async () => {
    const { status, output, seconds, inputs } = await scripted('fly', input, SMOOTH);
    expect([status, output.outcome]).toEqual(['SUCCEEDED', 'landed']);
    expect(seconds).toBeGreaterThanOrEqual(120);
    expect(inputs('lookAndSteer').map(({ look }) => look)).toEqual([7, 8, 9]);
  });

  it('that an earlier version started, without a market, flies on', async () => {
    const { market: _, ...earlier } = input;
    const { status, inputs } = await scripted('fly', earlier, SMOOTH);
    expect(status).toBe('SUCCEEDED');
    expect(inputs('lookAndSteer')[0]).toMatchObject({ market: null });
  });

  describe('at a look that would change the fleet', () => {
    const ASK = { secondsLeft: 3600 };
    const asking = (look: Record<string, unknown>, times: number) =>
      times === 1 && look['sizing'] === 'ask'
        ? { ...landed(''), landing: null, sizeAgain: ASK }
        : (SMOOTH['lookAndSteer']?.(look, times) ?? {});

    it('surveys the market, has the rest of the flight sized, and takes the look once more with that', async () => {
      const { inputs, called } = await scripted('fly', input, {
        ...SMOOTH,
        lookAndSteer: asking,
        sizeFlight: () => ({ options: { task: 'a larger fleet' } }),
      });
      expect(called.slice(0, 5)).toEqual([
        'lookAndSteer',
        'sleep',
        'lookAndSteer',
        'surveyMarket',
        'sizeFlight',
      ]);
      expect(inputs('sizeFlight')[0]).toMatchObject({ look: 8, ask: ASK });
      const looks = inputs('lookAndSteer').map(({ look, sizing }) => [look, sizing]);
      expect(looks.slice(0, 3)).toEqual([
        [7, 'ask'],
        [8, 'ask'],
        [8, { task: 'a larger fleet' }],
      ]);
    });

    it.each(['surveyMarket', 'sizeFlight'])('decides by what it knows when %s fails', async (failing) => {
      const { status, inputs } = await scripted('fly', input, {
        ...SMOOTH,
        lookAndSteer: asking,
        sizeFlight: () => ({ options: null }),
        [failing]: () => new Fails('RequestRefusedError'),
      });
      expect(status).toBe('SUCCEEDED');
      expect(inputs('lookAndSteer')[2]).toMatchObject({ look: 8, sizing: null });
    });
  });

  it('polls on when its token cannot be kept', async () => {
    const { status, seconds } = await scripted('fly', input, {
      ...SMOOTH,
      sleep: () => new Fails('AccessRefusedError'),
    });
    expect(status).toBe('SUCCEEDED');
    expect(seconds).toBeGreaterThanOrEqual(120);
  });

  it('survives a few blind looks, and fails when it stays blind', async () => {
    const blind = (looks: number) =>
      scripted('fly', input, {
        ...SMOOTH,
        lookAndSteer: (_, times) => (times < looks ? new Fails('RequestRefusedError') : landed('landed')),
      });
    expect((await blind(4)).status).toBe('SUCCEEDED');
    expect(await blind(5)).toMatchObject({ status: 'FAILED', error: 'FlightBlind' });
  });
});

describe('release', () => {
  it('reads the run from the event of an execution that ended, and reports it', async () => {
    const event = {
      source: 'aws.states',
      detail: { status: 'ABORTED', executionArn: 'arn:a', input: JSON.stringify(START) },
    };
    const { status, inputs } = await scripted('release', event, SMOOTH);
    expect(status).toBe('SUCCEEDED');
    expect(inputs('releaseCluster')[0]).toEqual({
      ...START,
      executionArn: 'arn:a',
      final: true,
      reason: 'Execution ABORTED',
    });
    expect(inputs('reportRun')[0]).toMatchObject({
      start: START,
      executionArn: 'arn:a',
      failure: { error: 'RunEnded' },
    });
  });

  it('may be started by a person', async () => {
    const { status, inputs } = await scripted('release', { ...START, reason: 'by hand' }, SMOOTH);
    expect([status, inputs('releaseCluster')[0].reason]).toEqual(['SUCCEEDED', 'by hand']);
  });

  it('gives up loudly, leaving the rest to the reaper, when it has reported the run', async () => {
    const stuck = {
      ...SMOOTH,
      releaseCluster: () => ({ decision: 'terminating', clusterIds: [], retryAfterSeconds: 30 }),
    };
    const { status, error, inputs } = await scripted('release', { ...START, reason: 'r' }, stuck);
    expect([status, error]).toEqual(['FAILED', 'ClusterNotReleased']);
    expect(inputs('reportRun')).toMatchObject([{ start: START }]);
    expect(await scripted('release', {}, stuck)).toMatchObject({
      status: 'FAILED',
      error: 'UnreadableStart',
    });
  });
});

describe('reap', () => {
  const search = (clusters: object[], more: object = {}) => ({
    findLeakedClusters: () => ({ clusters, more: 0, terminating: [], failed: [], ...more }),
  });
  const leaked = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ clusterId: `j-${i}`, reason: 'no lease' }));

  it.each([0, 1, 3])('releases each of %i leaked clusters', async (count) => {
    const { status, output, inputs } = await scripted(
      'reap',
      {},
      {
        ...search(leaked(count), { terminating: ['j-going'] }),
        reapCluster: () => ({ decision: 'terminated', clusterIds: [], retryAfterSeconds: 30 }),
      },
    );
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ released: count, terminating: ['j-going'] });
    expect(inputs('reapCluster')).toEqual(leaked(count));
  });

  it('is not kept from the others by one that resists, and fails in the end, naming it', async () => {
    const { status, error, cause, inputs } = await scripted(
      'reap',
      {},
      {
        ...search(leaked(2)),
        reapCluster: ({ clusterId }) =>
          clusterId === 'j-0'
            ? new Fails('AccessRefusedError')
            : { decision: 'terminated', clusterIds: [], retryAfterSeconds: 30 },
      },
    );
    expect([status, error, inputs('reapCluster').length]).toEqual(['FAILED', 'ClustersLeft', 2]);
    expect(cause).toMatch(/^Not released: 1\. j-0 \(AccessRefusedError/);
  });

  it.each([
    ['one that is long in going', 'terminating', {}, /^Not released: 1\. j-0 \(still terminating/],
    ['more than a pass takes', 'terminated', { more: 7 }, /More than one pass takes: 7\./],
    ['one that could not be examined', 'terminated', { failed: ['j-x: odd'] }, /Failed: 1\. j-x: odd/],
  ])('fails with %s, when the others are released', async (_, decision, more, expected) => {
    const { status, error, cause } = await scripted(
      'reap',
      {},
      {
        ...search(leaked(1), more),
        reapCluster: () => ({ decision, clusterIds: [], retryAfterSeconds: 30 }),
      },
    );
    expect([status, error]).toEqual(['FAILED', 'ClustersLeft']);
    expect(cause).toMatch(expected);
  });
});
