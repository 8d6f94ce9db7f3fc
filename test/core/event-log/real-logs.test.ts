/**
 * Logs of Spark 3.5.6 itself, as `flarepath spark` and its example programs made them, two executors of one core each.
 * Left out: Spark SQL's own events, accumulators, call sites, addresses.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventLogSummariser } from '../../../core/event-log/summarise-event-log.ts';

function summaryOf(name: string) {
  const summariser = new EventLogSummariser();
  const text = readFileSync(join(import.meta.dirname, 'spark-3.5', `${name}.jsonl`), 'utf8');
  for (const line of text.split('\n')) summariser.line(line);
  return summariser.summary();
}

describe('a log of Spark 3.5', () => {
  it.each(['join-with-lost-executor', 'aggregation', 'training'])('of %s is read whole', (name) => {
    expect(summaryOf(name)).toMatchObject({
      ...{ sparkVersion: '3.5.6', partial: false, unreadableLines: 0, remarks: [] },
      executorMemoryMibPerCore: 1024,
    });
  });

  it('tells of a worker that was killed: its executor, the tasks it cost, the stages that were done again', () => {
    const { stages, executorsLost, failures } = summaryOf('join-with-lost-executor');
    expect(executorsLost).toBe(1);
    expect(failures.kinds.map(({ reason, tasks }) => [reason, tasks])).toEqual([
      ['FetchFailed', 2],
      ['ExecutorLostFailure', 1],
    ]);
    expect(failures).toMatchObject({ failedJobs: 0, tasksEnded: 12 });
    const tries = stages.map(({ stageId, attempt, failedTaskCount }) => [stageId, attempt, failedTaskCount]);
    expect(tries.slice(-2)).toEqual([
      [4, 0, 3],
      [4, 1, 0],
    ]);
    // both map stages ran again, and with them their reading
    const read = stages.filter(({ inputBytes }) => inputBytes > 0).map(({ inputBytes }) => inputBytes);
    expect(read).toEqual([25_166_107, 507_737, 25_166_107, 507_737]);
  });

  it('counts the cores of executors while they are there', () => {
    expect(summaryOf('aggregation').executorCores).toBe(2);
    const { executorCores } = summaryOf('join-with-lost-executor');
    expect(executorCores).toBeGreaterThan(1);
    expect(executorCores).toBeLessThan(2);
  });

  it('adds up what tasks took and moved', () => {
    const { stages, taskBusySeconds, inputBytes, utilisation } = summaryOf('aggregation');
    expect(stages.map(({ taskCount }) => taskCount)).toEqual([2, 1, 1]);
    expect(taskBusySeconds).toBeCloseTo(86.164, 3);
    expect(utilisation).toBeCloseTo(86.164 / 98.906, 3);
    expect(inputBytes).toBe(1_048_713);
    // what one stage writes, the next one reads
    expect(stages.map(({ shuffleWriteBytes }) => shuffleWriteBytes)).toEqual([963_604, 711_596, 0]);
    expect(stages.map(({ shuffleReadBytes }) => shuffleReadBytes)).toEqual([0, 963_604, 711_596]);
  });

  it('has a stage for each pass of an iterative training, which reads what is cached', () => {
    const { stages } = summaryOf('training');
    const passes = stages.slice(2, 9);
    expect(passes.every(({ taskCount, failedTaskCount }) => taskCount === 2 && failedTaskCount === 0)).toBe(
      true,
    );
    const [first = 0, ...others] = passes.slice(1).map(({ inputBytes }) => inputBytes);
    expect(others).toEqual(Array(5).fill(first));
  });

  it('tells what a core’s work held in memory, by its tasks or by its executors, whichever says more', () => {
    // a sort’s own word, where a heartbeat’s look at its executor saw 86 MiB
    expect(summaryOf('join-with-lost-executor').peakMemoryMibPerCore).toBeCloseTo(218_365_792 / 2 ** 20, 6);
    // hash aggregation does not fill the task’s field
    expect(summaryOf('aggregation').peakMemoryMibPerCore).toBeCloseTo(52_764_422 / 2 ** 20, 6);
    // cached rows
    expect(summaryOf('training').peakMemoryMibPerCore).toBeCloseTo(2_064_670 / 2 ** 20, 6);
  });
});
