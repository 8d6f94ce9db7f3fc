/** What an event log tells of failures: names and codes, in bounded memory. */
import { describe, expect, it } from 'vitest';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';
import { factsOfAttempt } from '../../../core/failure-policy/gather-facts.ts';
import { plan, view } from '../ledger/run-fixtures.ts';

const json = (event: object): string => JSON.stringify(event);
const ended = (reason: object, attempt = 0, metrics: object = {}): string =>
  json({
    Event: 'SparkListenerTaskEnd',
    'Stage ID': 0,
    'Stage Attempt ID': 0,
    'Task End Reason': reason,
    'Task Info': { 'Executor ID': '1', Attempt: attempt, 'Launch Time': 1, 'Finish Time': 2 },
    'Task Metrics': metrics,
  });
const thrown = (name: string, description = '') => ({
  Reason: 'ExceptionFailure',
  'Class Name': name,
  Description: description,
});
const lost = (why: string, byApplication: boolean) => ({
  Reason: 'ExecutorLostFailure',
  'Executor ID': '1',
  'Exit Caused By App': byApplication,
  'Loss Reason': why,
});
const settings = (properties: object) =>
  json({ Event: 'SparkListenerEnvironmentUpdate', 'Spark Properties': properties });
const jobFailed = json({
  Event: 'SparkListenerJobEnd',
  'Job ID': 0,
  'Job Result': { Result: 'JobFailed', Exception: { Message: 'aborted', 'Stack Trace': [] } },
});
const failuresOf = (...lines: string[]) => summariseEventLog(lines).failures;
const factsOf = (...lines: string[]) =>
  factsOfAttempt({
    view,
    plan,
    instances: [],
    eventLogs: [summariseEventLog(lines)],
    metrics: null,
    inputBytes: null,
    outputPresent: null,
    landing: null,
  });

describe('failures in an event log', () => {
  it('are counted by class name and exit status', () => {
    const memory = lost('Container marked as failed. Exit status: 137. Diagnostics: killed', true);
    const failures = failuresOf(
      ended({ Reason: 'Success' }),
      ended(memory, 0),
      ended(memory, 1),
      ended(thrown('java.lang.OutOfMemoryError', 'Java heap space'), 3),
      jobFailed,
    );
    expect(failures).toMatchObject({ failedJobs: 1, tasksEnded: 4 });
    expect(failures.kinds).toMatchObject([
      { reason: 'ExecutorLostFailure', exitStatus: 137, tasks: 2, decisiveTasks: 0 },
      { reason: 'ExceptionFailure', exception: 'java.lang.OutOfMemoryError', tasks: 1, decisiveTasks: 1 },
    ]);
  });

  it.each([
    ['Container released on a *lost* node. Exit status: -100. Diagnostics: Container', -100],
    ['Container killed by YARN for exceeding physical memory limits. Consider boosting', -104],
    ['Command exited with code 52', 52],
    ['Executor heartbeat timed out after 125000 ms', null],
  ])('tell the exit status of: %s', (why, exitStatus) => {
    expect(failuresOf(ended(lost(why, true))).kinds[0]?.exitStatus).toBe(exitStatus);
  });

  it('carry the codes of AWS, the operating system and Spark, and no text', () => {
    const kinds = failuresOf(
      ended(
        thrown('AmazonS3Exception', 'Slow. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; R)'),
      ),
      ended(thrown('java.io.IOException', 'No space left on device')),
      ended(thrown('org.apache.spark.SparkException', '[FAILED_READ_FILE.NO_HINT] Encountered error')),
    ).kinds;
    expect(kinds.map(({ serviceErrors }) => serviceErrors)).toEqual([['SlowDown', '503'], [], []]);
    expect(kinds.map(({ systemErrors }) => systemErrors)).toEqual([[], ['ENOSPC'], []]);
    expect(kinds.map(({ sparkConditions }) => sparkConditions)).toEqual([
      [],
      [],
      ['FAILED_READ_FILE.NO_HINT'],
    ]);
    expect(JSON.stringify(kinds)).not.toMatch(/Encountered|Slow\. /);
  });

  it('count the tries that the settings allow', () => {
    const twice = [ended(thrown('E'), 0), ended(thrown('E'), 1)];
    expect(failuresOf(...twice).kinds[0]?.decisiveTasks).toBe(0);
    expect(failuresOf(settings({ 'spark.task.maxFailures': '2' }), ...twice).kinds[0]?.decisiveTasks).toBe(1);
  });

  it('hold the results of a stage against what the driver takes', () => {
    const limit = settings({ 'spark.driver.maxResultSize': '512m' });
    const result = (mib: number) => ended({ Reason: 'Success' }, 0, { 'Result Size': mib * 1024 ** 2 });
    expect(failuresOf(limit, result(300), result(300)).resultShareOfLimit).toBeCloseTo(600 / 512, 6);
    const without = settings({ 'spark.driver.maxResultSize': '0' });
    expect(failuresOf(without, result(300)).resultShareOfLimit).toBe(0);
  });

  it('stay few however many there are', () => {
    const many = Array.from({ length: 500 }, (_, i) => ended(thrown(`E${i}`)));
    expect(failuresOf(...many).kinds.length).toBeLessThanOrEqual(12);
  });

  it('that decided count; what Spark made up for does not', () => {
    const { texts, numbers } = factsOf(
      ended(lost('Exit status: 137', true), 0),
      ended(thrown('com.example.Broken'), 3),
    );
    expect(texts.executorExit).toEqual([]);
    expect(texts.taskException).toEqual(['com.example.Broken']);
    expect(numbers.decisiveExceptions).toBe(1);
  });

  it('tell a driver that went without a word from a job that failed', () => {
    expect(factsOf(ended({ Reason: 'Success' })).numbers.driversCutShort).toBe(1);
    expect(factsOf(ended(thrown('E'), 3), jobFailed).numbers.driversCutShort).toBe(0);
  });
});
