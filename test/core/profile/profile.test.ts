import { describe, expect, it } from 'vitest';
import type { Job } from '../../../core/contracts/job.ts';
import { readJobFile } from '../../../core/job/read-job-file.ts';
import { describeWorkload, type WorkloadDescription } from '../../../core/profile/description.ts';
import { priorOfKin } from '../../../core/profile/kin-prior.ts';
import { nearestWorkloads } from '../../../core/profile/nearest-workloads.ts';
import { profileWorkload } from '../../../core/profile/profile-workload.ts';
import { similarityOf } from '../../../core/profile/similarity.ts';
import { fitRuntimeModel, predictRuntime } from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';

const described = (job: string, over: Partial<WorkloadDescription> = {}): WorkloadDescription => ({
  job,
  task: 'training',
  inputGib: 100,
  rows: null,
  columns: null,
  algorithm: 'k-means',
  parameters: { iterations: 10 },
  hoursToDeadline: 4,
  ...over,
});
const shapeOf = (gib: number, cores: number) => ({
  inputBytes: gib * BYTES_PER_GIB,
  cores,
  nodes: cores / 8,
  memoryMib: cores * 8192,
  coreSpeed: 1,
});
/** Nothing like the prior of training jobs: ten core-seconds a GiB and iteration, and a quarter of an hour. */
const truth = (gib: number, cores: number, iterations: number) => 900 + (10 * iterations * gib) / cores;
const modelOf = (iterations: number) =>
  fitRuntimeModel({
    task: 'training',
    baseline: null,
    runs: [16, 24, 32, 48, 64, 96].flatMap((cores) =>
      [60, 100, 150].map((gib) => ({
        ...shapeOf(gib, cores),
        at: null,
        weight: 1,
        runtimeSeconds: truth(gib, cores, iterations),
      })),
    ),
  });
const unlearnt = (
  description: WorkloadDescription,
  others: { description: WorkloadDescription; model: ReturnType<typeof modelOf> }[],
) =>
  fitRuntimeModel({
    task: description.task,
    runs: [],
    baseline: null,
    kin: priorOfKin(description, nearestWorkloads(description, others)),
  });

describe('how alike two workloads are', () => {
  it('is 1 for the same description, less for each thing that differs, and says what', () => {
    const one = described('a');
    expect(similarityOf(one, described('b')).share).toBe(1);
    const other = described('b', { inputGib: 400, algorithm: 'als' });
    const { share, matched, differs } = similarityOf(one, other);
    expect(share).toBeLessThan(0.75);
    expect(matched).toContain('same task (training)');
    expect(matched).toContain('4 times the input');
    expect(differs).toEqual(['algorithm als, not k-means']);
  });

  it('does not depend on the order, nor on what only one of them tells', () => {
    const [one, other] = [described('a', { rows: 5, inputGib: 30 }), described('b', { columns: 7 })];
    expect(similarityOf(one, other).share).toBeCloseTo(similarityOf(other, one).share, 12);
    expect(similarityOf(one, other).share).toBe(similarityOf({ ...one, rows: null }, other).share);
  });

  it('finds the nearest of the same kind, and nobody where all are far', () => {
    const near = (name: string, over: Partial<WorkloadDescription>) => ({
      description: described(name, over),
    });
    const found = nearestWorkloads(described('own'), [
      near('own', {}),
      near('larger', { inputGib: 300 }),
      near('twin', {}),
      near('other-task', { task: 'etl' }),
      near('far', { algorithm: 'als', inputGib: 5000, parameters: { iterations: 200 } }),
    ]);
    expect(found.map(({ known }) => known.description.job)).toEqual(['twin', 'larger']);
  });
});

describe('a job that never ran', () => {
  it('is expected to take what its kin take, for its own load and its own iterations', () => {
    const description = described('new', { inputGib: 120, parameters: { iterations: 20 } });
    const model = unlearnt(description, [{ description: described('kin'), model: modelOf(10) }]);
    const kind = unlearnt(description, []);
    // the kin's fixed part is multiplied, too: nobody knows which part iterations are
    const expected = 2 * truth(120, 64, 10);
    const { medianSeconds, logResidual } = predictRuntime(model, shapeOf(120, 64));
    expect(Math.abs(medianSeconds / expected - 1)).toBeLessThan(0.1);
    expect(Math.abs(predictRuntime(kind, shapeOf(120, 64)).medianSeconds / expected - 1)).toBeGreaterThan(
      0.1,
    );
    expect(logResidual.at(-1)).toBeLessThan(predictRuntime(kind, shapeOf(120, 64)).logResidual.at(-1)!);
    expect(model.description).toMatch(/the nearest described workload takes \(kin, \d+ % alike: same task/);
  });

  it('forgets its kin once it has run, and where its file says how long it takes', () => {
    const description = described('new');
    const kin = priorOfKin(
      description,
      nearestWorkloads(description, [{ description: described('kin'), model: modelOf(10) }]),
    );
    const point = { ...shapeOf(100, 32), runtimeSeconds: 700 };
    const run = { ...point, at: null, weight: 1 };
    const common = { task: 'training', runs: [], baseline: null } as const;
    expect(fitRuntimeModel({ ...common, runs: [run], kin })).toEqual(
      fitRuntimeModel({ ...common, runs: [run] }),
    );
    expect(fitRuntimeModel({ ...common, baseline: point, kin })).toEqual(
      fitRuntimeModel({ ...common, baseline: point }),
    );
    expect(fitRuntimeModel({ ...common, kin })).not.toEqual(fitRuntimeModel(common));
  });
});

describe('a profile', () => {
  const model = fitRuntimeModel({ task: 'training', runs: [], baseline: null });

  it('needs more cores for a nearer deadline, and none where no number makes it', () => {
    const vcpusFor = (hoursToDeadline: number) =>
      profileWorkload(described('job', { hoursToDeadline }), model).vcpus;
    expect(vcpusFor(8)!).toBeGreaterThan(vcpusFor(24)!);
    expect(vcpusFor(0.05)).toBeNull();
  });

  it('gives each core the memory that rows and columns need', () => {
    const few = profileWorkload(described('job', { rows: 1e6, columns: 10 }), model);
    const many = profileWorkload(described('job', { rows: 1e9, columns: 200 }), model);
    expect(many.memoryGibPerCore).toBeGreaterThan(few.memoryGibPerCore);
    expect(many.memoryGib! / 2).toBeGreaterThanOrEqual((1e9 * 200 * 8) / BYTES_PER_GIB);
    expect(many.reasons.join(' ')).toContain('200 columns');
  });

  it('says what the algorithm is short of, and falls back on the task', () => {
    const typeOf = (algorithm: string | null) =>
      profileWorkload(described('job', { algorithm }), model).computeType;
    expect([typeOf('deep-learning'), typeOf('sort-merge-join'), typeOf(null), typeOf('constructor')]).toEqual(
      ['gpu', 'disk', 'cpu', 'cpu'],
    );
  });

  it('tells what it lacks when the input is not known', () => {
    const { vcpus, shuffleGib, busyHours, reasons } = profileWorkload(
      described('job', { inputGib: null }),
      model,
    );
    expect([vcpus, shuffleGib, busyHours]).toEqual([null, null, null]);
    expect(reasons.at(-1)).toContain('typicalGib');
  });
});

describe('a job file', () => {
  const text = (workload: string) => `name: new-job
task: training
workload: ${workload}
start: { caller: {} }
deadline: { withinMinutes: 240 }
budget: { perRun: { targetUsd: 10, limitUsd: 50 } }
release: emr-7.9.0
steps: [{ name: a, script: { file: a.py } }]
inputs: [{ uri: 's3://data/in/', typicalGib: 40 }, { uri: 's3://data/more/', typicalGib: 20 }]
`;
  const read = (workload: string): Job => readJobFile(text(workload), 'job.yaml');

  it('describes its work', () => {
    const job = read('{ algorithm: k-means, parameters: { iterations: 20 }, rows: 5000000, columns: 30 }');
    expect(describeWorkload(job, '2026-01-05T00:00:00Z')).toEqual({
      job: 'new-job',
      task: 'training',
      inputGib: 60,
      rows: 5_000_000,
      columns: 30,
      algorithm: 'k-means',
      parameters: { iterations: 20 },
      hoursToDeadline: 4,
    });
  });

  it('is told what is wrong with its description', () => {
    expect(() => read('{ algorithm: K means }')).toThrow('a name in lower case such as gradient-boosting');
    expect(() => read('{ colums: 3 }')).toThrow('colums');
  });
});
