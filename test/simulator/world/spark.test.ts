import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SparkNode, TaskRecord } from '../../../simulator/world/spark/model.ts';
import { Program, SparkParameters } from '../../../simulator/world/spark/program.ts';
import { RunEngine } from '../../../simulator/world/spark/run-engine.ts';
import { unrolled } from '../../../simulator/world/spark/stage-tasks.ts';
import { stepCommand } from '../../../simulator/world/spark/step-command.ts';

function node(id: string, changes: Partial<SparkNode> = {}): SparkNode {
  return {
    id,
    host: id,
    speed: 1,
    networkBytesPerSecondPerCore: 1e8,
    memoryPerCoreGib: 2,
    executors: [`${id}-1`, `${id}-2`],
    coresPerExecutor: 4,
    ...changes,
  };
}

const listening = (records: TaskRecord[]) => ({
  stage: () => {},
  task: (record: TaskRecord) => void records.push(record),
});

function engine(nodes: SparkNode[], loadGib = 50, changes: object = {}) {
  const program = Program.parse(changes);
  const records: TaskRecord[] = [];
  const plan = {
    program,
    stages: unrolled(program.stages),
    loadGib,
    workFactor: 1,
    seed: 'x',
    parameters: SparkParameters.parse({}),
    trouble: {},
    maxResultBytes: 1024 ** 3,
  };
  const run = RunEngine.start(plan, 0, listening(records));
  for (const each of nodes) run.addNode(each);
  return { run, records };
}

const nodes = (count: number) => Array.from({ length: count }, (_, i) => node(`n${i}`));

describe('an application', () => {
  test('foresees its own end exactly, however time is cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 1, max: 5_000_000 })),
        (count, cuts) => {
          const { run } = engine(nodes(count), 10);
          const end = run.foreseenEndMs();
          for (const cut of cuts.sort((a, b) => a - b)) run.advanceTo(cut);
          run.advanceTo(Infinity);
          return run.state.phase === 'done' && run.state.timeMs === end;
        },
      ),
      { numRuns: 25 },
    );
  });

  test('never runs two tasks on one core at a time', () => {
    const { run, records } = engine(nodes(3), 10);
    run.advanceTo(Infinity);
    const busiest = new Map<string, number>();
    const changes = records.flatMap((r) => [
      { executor: r.executor, at: r.launchMs, by: 1 },
      { executor: r.executor, at: r.finishMs, by: -1 },
    ]);
    for (const { executor, by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
      busiest.set(executor, (busiest.get(executor) ?? 0) + by);
      expect(busiest.get(executor)).toBeLessThanOrEqual(4);
    }
  });

  test('takes less time on more cores, but not in proportion', () => {
    const minutes = (count: number) => (engine(nodes(count)).run.foreseenEndMs() ?? 0) / 60_000;
    const [few, many] = [minutes(5), minutes(20)];
    expect(many).toBeLessThan(few / 2);
    expect(many).toBeGreaterThan(few / 4);
  });

  test('computes again what a lost node had done, and still finishes', () => {
    const undisturbed = engine(nodes(6)).run.foreseenEndMs() ?? 0;
    const { run, records } = engine(nodes(6));
    run.advanceTo(Math.round(undisturbed * 0.8));
    run.removeNode('n0');
    run.advanceTo(Infinity);
    expect(run.state.phase).toBe('done');
    expect(run.state.timeMs).toBeGreaterThan(undisturbed);
    expect(records.some((record) => record.outcome === 'executor-lost')).toBe(true);
    expect(records.some((record) => record.stageAttempt > 0 && record.outcome === 'success')).toBe(true);
  });

  test('computes less again when shuffle files were moved away in time', () => {
    const endAfterLoss = (savedShare: number) => {
      const { run } = engine(nodes(6));
      run.advanceTo(Math.round((run.foreseenEndMs() ?? 0) * 0.8));
      run.removeNode('n0', savedShare);
      return run.foreseenEndMs() ?? 0;
    };
    expect(endAfterLoss(1)).toBeLessThan(endAfterLoss(0));
  });

  test('waits without any executor, and goes on when one comes', () => {
    const { run } = engine([]);
    expect(run.foreseenEndMs()).toBeNull();
    run.advanceTo(600_000);
    run.addNode(node('late'));
    expect(run.foreseenEndMs()).toBeGreaterThan(600_000);
  });

  test('slows down when memory is short and dies when there is far too little', () => {
    const stages = [{ name: 'sort', coreSecondsPerGib: 500, tasks: { perGib: 8 }, memoryGibPerCore: 2 }];
    const on = (memoryPerCoreGib: number) => {
      const { run } = engine([node('n', { memoryPerCoreGib })], 5, { stages });
      run.advanceTo(Infinity);
      return run.state;
    };
    expect(on(1.2).timeMs).toBeGreaterThan(on(2).timeMs * 1.5);
    expect(on(0.5)).toMatchObject({ phase: 'failed' });
    expect(on(0.5).failure).toContain('137');
  });

  test('the work of a stage does not depend on how it is merged for simulation', () => {
    const total = (mergeFactor: number) => {
      const program = Program.parse({
        stragglerRate: 0,
        stages: [{ name: 's', coreSecondsPerGib: 100, tasks: { perGib: 40 }, skewSigma: 0.2 }],
      });
      const records: TaskRecord[] = [];
      const plan = {
        program,
        stages: unrolled(program.stages),
        loadGib: 100,
        workFactor: 1,
        seed: 'x',
        parameters: SparkParameters.parse({ mergeFactor }),
        trouble: {},
        maxResultBytes: 1024 ** 3,
      };
      const run = RunEngine.start(plan, 0, listening(records));
      run.addNode(node('n'));
      run.advanceTo(Infinity);
      return records.reduce((sum, record) => sum + record.task.workSeconds, 0);
    };
    expect(total(1) / 10_000).toBeCloseTo(1, 1);
    expect(total(20) / 10_000).toBeCloseTo(1, 1);
  });
});

test('a step reads its arguments as spark-submit does', () => {
  const command = stepCommand([
    'spark-submit',
    '--deploy-mode',
    'cluster',
    '--conf',
    'spark.executor.memory=9g',
    '--executor-cores',
    '4',
    '--py-files',
    's3://assets/lib.zip',
    's3://assets/job.py',
    '--input',
    's3://in/dt=1/',
    '--dim=s3a://dims/',
    '--output',
    's3://out/x',
  ]);
  expect(command).toMatchObject({
    kind: 'spark',
    deployMode: 'cluster',
    application: 's3://assets/job.py',
    inputs: ['s3://in/dt=1/', 's3://dims/'],
    output: 's3://out/x/',
    conf: { 'spark.executor.memory': '9g', 'spark.executor.cores': '4' },
  });
});
