/** Stages that read what an earlier stage has cached. */
import { describe, expect, it } from 'vitest';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';

const json = (event: object): string => JSON.stringify(event);
const stage = (event: string, id: number, info: object): string =>
  json({
    Event: `SparkListenerStage${event}`,
    'Stage Info': { 'Stage ID': id, 'Stage Attempt ID': 0, 'Stage Name': 'x', ...info },
  });
const task = (id: number, inputBytes: number): string =>
  json({
    Event: 'SparkListenerTaskEnd',
    'Stage ID': id,
    'Stage Attempt ID': 0,
    'Task End Reason': { Reason: 'Success' },
    'Task Info': { 'Executor ID': '1', 'Launch Time': 1000 * id, 'Finish Time': 1000 * id + 500 },
    'Task Metrics': { 'Executor Run Time': 500, 'Input Metrics': { 'Bytes Read': inputBytes } },
  });

describe('what stages read from the cache', () => {
  /** Data sets of a stage: id, those it is made of, whether it is to be kept. */
  const lineage = (...sets: readonly (readonly [number, readonly number[], boolean])[]) => ({
    'RDD Info': sets.map(([id, parents, kept]) => ({
      'RDD ID': id,
      'Parent IDs': parents,
      'Storage Level': { 'Use Memory': kept, 'Use Disk': false },
    })),
  });
  const source = [0, [], false] as const;
  const rows = [1, [0], true] as const;
  const run = (id: number, info: object, inputBytes: number, failure?: string) => [
    stage('Submitted', id, info),
    task(id, inputBytes),
    stage('Completed', id, { ...info, ...(failure === undefined ? {} : { 'Failure Reason': failure }) }),
  ];
  const inputOf = (...lines: readonly string[]) => {
    const { inputBytes, stages } = summariseEventLog([lines.join('\n')]);
    return { inputBytes, cached: stages.map(({ cachedBytes }) => cachedBytes ?? 0) };
  };
  const reading = lineage(source, rows);
  const iteration = lineage(source, rows, [2, [1], false]);

  it('is no input: an iterative job has read its data once', () => {
    const lines = [...run(0, reading, 1000), ...run(1, iteration, 400), ...run(2, iteration, 400)];
    expect(inputOf(...lines)).toEqual({ inputBytes: 1000, cached: [0, 400, 400] });
  });

  it('is input again after the data were let go, or where the stage that was to keep them failed', () => {
    const letGo = json({ Event: 'SparkListenerUnpersistRDD', 'RDD ID': 1 });
    expect(inputOf(...run(0, reading, 1000), letGo, ...run(1, iteration, 1000)).inputBytes).toBe(2000);
    const failed = [...run(0, reading, 1000, 'lost'), ...run(1, iteration, 1000)];
    expect(inputOf(...failed).inputBytes).toBe(2000);
  });

  it('counts as input where the stage reads something else, too, or does not tell', () => {
    const joined = lineage(source, rows, [3, [], false], [4, [1, 3], false]);
    expect(inputOf(...run(0, reading, 1000), ...run(1, joined, 700)).inputBytes).toBe(1700);
    expect(inputOf(...run(0, {}, 1000), ...run(1, {}, 400)).inputBytes).toBe(1400);
  });
});
