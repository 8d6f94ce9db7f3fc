import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../simulator/faults.ts';
import { GIB, launched, onDemandOnly, withOrders, type Answer } from '../services/emr-account.ts';

interface LogEvent {
  Event: string;
  'Task End Reason'?: Record<string, unknown>;
  'Task Info': { 'Launch Time': number; 'Finish Time': number };
  'Stage ID': number;
  'Task Metrics'?: { 'Result Size': number };
  'Job Result'?: { Result: string };
}

/** Runs a step to its end, or for three hours, and reads what is left of it. */
async function ran(faults: FaultInput[], minutes = 180) {
  const account = withOrders({ faults });
  const cluster = await launched(account, onDemandOnly);
  await account.pass(minutes);
  const [step] = await cluster.steps();
  const parts = [...account.storage.texts].filter(([uri]) => uri.includes('/events_'));
  const lines = parts.flatMap(([, text]) => text.trim().split('\n'));
  const log = lines.flatMap((line): LogEvent[] => {
    try {
      return [JSON.parse(line) as LogEvent];
    } catch {
      return [];
    }
  });
  const taskEnds = log.filter(({ Event }) => Event === 'SparkListenerTaskEnd');
  return {
    account,
    cluster,
    step,
    parts,
    lines,
    log,
    taskEnds,
    failures: taskEnds.flatMap((event) => {
      const reason = event['Task End Reason']!;
      return reason['Reason'] === 'Success' ? [] : [reason];
    }),
    jobs: log.flatMap((event) => event['Job Result']?.Result ?? []),
    metric: async (MetricName: string) => {
      const { MetricDataResults } = await account.call('cloudwatch', 'GetMetricData', {
        StartTime: new Date('2026-01-05T00:00:00Z'),
        EndTime: new Date('2026-01-07T00:00:00Z'),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          {
            Id: 'm',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/ElasticMapReduce',
                MetricName,
                Dimensions: [{ Name: 'JobFlowId', Value: cluster.id }],
              },
              Period: 300,
              Stat: 'Maximum',
            },
          },
        ],
      });
      return MetricDataResults[0].Values as number[];
    },
  };
}

const IN_STEP = { job: 'orders-nightly', step: 'join-orders' };

describe('a task fails four times, and its stage is given up', () => {
  it.each([
    ['executor-out-of-memory', {}, { Reason: 'ExecutorLostFailure', 'Exit Caused By App': true }],
    [
      'shuffle-disk-full',
      {},
      { 'Class Name': 'java.io.IOException', Description: 'No space left on device' },
    ],
    [
      's3-slow-down',
      { fails: true },
      {
        'Class Name': expect.stringMatching(/AmazonS3Exception$/),
        Description: expect.stringContaining('Error Code: SlowDown'),
      },
    ],
    [
      'access-denied',
      {},
      {
        'Class Name': 'java.nio.file.AccessDeniedException',
        Description: expect.stringContaining('Error Code: AccessDenied)'),
      },
    ],
    ['access-denied', { service: 'kms' }, { Description: expect.stringContaining('AWSKMS') }],
  ] as const)('%s %o', async (kind, options, reason) => {
    const { step, failures, jobs } = await ran([{ kind, match: IN_STEP, with: options }]);
    expect(step.Status).toMatchObject({ State: 'FAILED', FailureDetails: { Reason: 'Unknown Error.' } });
    expect(failures).toHaveLength(4);
    expect(failures[0]).toMatchObject(reason);
    expect(jobs).toEqual(['JobFailed']);
  });
});

describe('the driver', () => {
  it('gets results larger than it may hold', async () => {
    const { step, taskEnds, jobs } = await ran([{ kind: 'driver-out-of-memory' }]);
    expect(step.Status.State).toBe('FAILED');
    expect(Math.max(...taskEnds.map((event) => event['Task Metrics']?.['Result Size'] ?? 0))).toBeGreaterThan(
      GIB,
    );
    expect(jobs).toEqual(['JobFailed']);
  });

  it('dies of its heap without a word, in both attempts', async () => {
    const { account, step, jobs } = await ran([{ kind: 'driver-out-of-memory', with: { form: 'heap' } }]);
    expect(step.Status.State).toBe('FAILED');
    expect(jobs).toEqual([]);
    const left = [...account.storage.texts.keys()].filter((uri) => uri.endsWith('.inprogress'));
    expect(left).toHaveLength(2);
  });

  it('hangs for ever: the step runs, nothing moves, and the cluster is not idle', async () => {
    const { account, cluster, step, metric } = await ran([{ kind: 'hung-driver' }], 24 * 60);
    expect(step.Status.State).toBe('RUNNING');
    expect((await cluster.describe()).Status.State).toBe('RUNNING');
    expect((await metric('IsIdle')).at(-1)).toBe(0);
    expect((await metric('YARNMemoryAvailablePercentage')).at(-1)).toBe(100);
    expect(account.kernel.faultsInjected.get('hung-driver')).toBe(1);
  });
});

it('a lost node takes shuffle files with it: fetches fail, and the work is done again', async () => {
  const { step, failures, metric } = await ran([{ kind: 'lost-node', with: { share: 0.8 } }]);
  expect(step.Status.State).toBe('COMPLETED');
  expect(failures.map((reason) => reason['Reason'])).toContain('FetchFailed');
  expect(Math.max(...(await metric('MRLostNodes')))).toBe(1);
});

describe('a step that takes longer', () => {
  const seconds = ({ Status: { Timeline } }: Answer) =>
    (Timeline.EndDateTime.getTime() - Timeline.StartDateTime.getTime()) / 1000;

  it('because S3 slows it down', async () => {
    const slow = await ran([{ kind: 's3-slow-down', with: { factor: 3 } }]);
    expect(slow.step.Status.State).toBe('COMPLETED');
    expect(seconds(slow.step)).toBeGreaterThan(seconds((await ran([])).step) * 1.4);
  });

  it('because one task of each stage does', async () => {
    const { taskEnds } = await ran([{ kind: 'skew-straggler', with: { factor: 20 } }], 400);
    const times = taskEnds
      .filter((event) => event['Stage ID'] === 0)
      .map(({ 'Task Info': info }) => info['Finish Time'] - info['Launch Time'])
      .sort((a, b) => a - b);
    expect(times.at(-1)! / times[Math.floor(times.length / 2)]!).toBeGreaterThan(8);
  });

  it('because YARN gives it nothing for a while', async () => {
    const { step, metric } = await ran([{ kind: 'starvation', with: { minutes: 40 } }]);
    expect(step.Status.State).toBe('COMPLETED');
    expect(seconds(step)).toBeGreaterThan(40 * 60);
    expect(await metric('AppsPending')).toContain(1);
    expect(await metric('ContainerPendingRatio')).toContain(1);
  });
});

it('a green step may have written nothing', async () => {
  const { account, step } = await ran([{ kind: 'output-missing', match: IN_STEP }]);
  expect(step.Status.State).toBe('COMPLETED');
  expect(account.storage.exists('s3://results/orders/1/')).toBe(false);
});

describe('an event log', () => {
  it('misses its last part', async () => {
    const whole = await ran([]);
    const damaged = await ran([{ kind: 'event-log-damage' }]);
    expect(damaged.step.Status.State).toBe('COMPLETED');
    expect(damaged.parts).toHaveLength(whole.parts.length - 1);
    expect(damaged.jobs).toEqual([]);
  });

  it('misses a part in the middle', async () => {
    const whole = await ran([]);
    const damaged = await ran([{ kind: 'event-log-damage', with: { form: 'missing-middle' } }]);
    expect(damaged.parts).toHaveLength(whole.parts.length - 1);
  });

  it('ends within a line', async () => {
    const { lines, log } = await ran([{ kind: 'event-log-damage', with: { form: 'truncated' } }]);
    expect(log).toHaveLength(lines.length - 1);
  });

  it('is garbled', async () => {
    const { lines, log } = await ran([{ kind: 'event-log-damage', with: { form: 'garbled' } }]);
    expect(lines.length).toBeGreaterThan(0);
    expect(log.length).toBeLessThan(lines.length);
  });
});
