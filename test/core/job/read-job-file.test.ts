import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { JobFileError, readJobFile } from '../../../core/job/read-job-file.ts';

const GOOD = `name: orders-nightly
task: etl
start:
  schedule: { cron: "0 2 * * ? *", timeZone: Europe/Berlin }
deadline: { at: "05:30" }
budget:
  perRun: { targetUsd: 10, limitUsd: 30 }
release: emr-7.9.0
steps:
  - name: join
    script: { file: orders.py }
inputs:
  - uri: s3://example-data/orders/
`;

function faultsOf(text: string) {
  try {
    readJobFile(text, 'job.yaml');
  } catch (error) {
    if (error instanceof JobFileError) return error.faults;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('reading a job file', () => {
  it('fills in what the author left to the defaults', () => {
    const job = readJobFile(GOOD, 'job.yaml');
    expect(job).toMatchObject({ overlap: 'skip', autonomy: 'auto', slo: { target: 0.99 }, maxAttempts: 2 });
    expect(job.capacity).toMatchObject({ spot: true, maxNodes: 50, architectures: ['x86_64', 'arm64'] });
  });

  it.each(readdirSync('examples/jobs').filter((name) => name.endsWith('.yaml')))(
    'accepts the example %s',
    (name) => {
      const job = readJobFile(readFileSync(`examples/jobs/${name}`, 'utf8'), name);
      expect(`${job.name}.yaml`).toBe(name);
    },
  );

  it.each([
    ['a misspelt field', GOOD.replace('task: etl', 'task: etl\ntsak: etl'), 'tsak', 3],
    ['a task nobody knows', GOOD.replace('task: etl', 'task: elt'), 'task', 2],
    ['a cron of five fields', GOOD.replace('0 2 * * ? *', '0 2 * * *'), 'start.schedule.cron', 4],
    [
      'a time zone that does not exist',
      GOOD.replace('Europe/Berlin', 'Europe/Atlantis'),
      'start.schedule.timeZone',
      4,
    ],
    ['a deadline in no form', GOOD.replace('{ at: "05:30" }', '"soon"'), 'deadline', 5],
    ['a deadline at 25 o’clock', GOOD.replace('05:30', '25:30'), 'deadline.at', 5],
    ['a target above the limit', GOOD.replace('limitUsd: 30', 'limitUsd: 3'), 'budget.perRun', 7],
    [
      'the folder that arrived in a job that a schedule starts',
      GOOD.replace('example-data/orders/', 'example-data/{{ run.arrivedPrefix }}'),
      'inputs[0].uri',
      13,
    ],
    [
      'a setting of Spark that the plan decides',
      GOOD.replace('release:', 'spark: { spark.executor.memory: 4g }\nrelease:'),
      'spark.spark.executor.memory',
      8,
    ],
    [
      'an event log elsewhere, in a step',
      GOOD.replace('orders.py }', 'orders.py }\n    spark: { spark.eventLog.dir: "s3://logs/mine/" }'),
      'steps[0].spark.spark.eventLog.dir',
      12,
    ],
    ['a negative budget', GOOD.replace('targetUsd: 10', 'targetUsd: -1'), 'budget.perRun.targetUsd', 7],
    ['a step that runs nothing', GOOD.replace('    script: { file: orders.py }\n', ''), 'steps[0]', 10],
    [
      'a template variable that does not exist',
      GOOD.replace('orders/\n', 'dt={{ run.day }}/\n'),
      'inputs[0].uri',
      13,
    ],
    [
      'an unknown baseline type',
      `${GOOD}baseline: { instanceType: m5.3xlarge, count: 4 }\n`,
      'baseline.instanceType',
      14,
    ],
    ['an unknown family', `${GOOD}capacity: { families: [m55] }\n`, 'capacity.families[0]', 14],
    ['GPUs, which Spark would not be given', `${GOOD}capacity: { gpu: true }\n`, 'capacity.gpu', 14],
  ])('names file, line and field of %s', (_what, text, field, line) => {
    const faults = faultsOf(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ file: 'job.yaml', field, line });
    expect(faults[0]?.found).not.toBe('');
    expect(faults[0]?.allowed).not.toBe('');
  });

  it('says what was found and what is allowed', () => {
    const [fault] = faultsOf(GOOD.replace('task: etl', 'task: elt'));
    expect(fault).toMatchObject({ found: '"elt"', allowed: 'etl, features, training, serving' });
  });

  it('reports every fault of a file at once, structural and semantic', () => {
    const broken = GOOD.replace('task: etl', 'task: elt')
      .replace('0 2 * * ? *', 'daily')
      .replace('release: emr-7.9.0', 'release: seven');
    expect(
      faultsOf(broken)
        .map((fault) => fault.field)
        .sort(),
    ).toEqual(['release', 'start.schedule.cron', 'task']);
  });

  it('refuses a serving job that no schedule starts', () => {
    const text = GOOD.replace('task: etl', 'task: serving').replace(
      /start:\n.*\n/,
      'start: { caller: {} }\n',
    );
    expect(faultsOf(text)[0]).toMatchObject({ field: 'start' });
  });

  it.each(['', '- a list', '42', 'name: [unclosed'])('answers %j with a fault, not a crash', (text) => {
    expect(faultsOf(text).length).toBeGreaterThan(0);
  });
});
