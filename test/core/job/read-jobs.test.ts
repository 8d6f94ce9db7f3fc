import { describe, expect, it } from 'vitest';
import { JobFileError } from '../../../core/job/read-job-file.ts';
import { readJobs } from '../../../core/job/read-jobs.ts';

const file = (name: string, job: string, task = 'etl') => ({
  name,
  text: `# a job
name: ${job}
task: ${task}
start: { caller: {} }
deadline: { withinMinutes: 120 }
budget: { perRun: { targetUsd: 1, limitUsd: 2 } }
release: emr-7.9.0
steps: [{ name: run, script: { file: run.py } }]
inputs: [{ uri: "s3://example-data/in/" }]
`,
});

function faultsOf(...files: ReturnType<typeof file>[]) {
  try {
    readJobs(files);
  } catch (error) {
    if (error instanceof JobFileError) return error.faults.map((fault) => `${fault.file}:${fault.line}`);
    throw error;
  }
  return [];
}

describe('the job files of a folder', () => {
  it('are read in their order, each with its file', () => {
    const jobs = readJobs([file('b.yaml', 'beta'), file('a.yaml', 'alpha')]);
    expect(jobs.map((each) => [each.file, each.job.name])).toEqual([
      ['b.yaml', 'beta'],
      ['a.yaml', 'alpha'],
    ]);
  });

  it('are refused with the faults of every file at once', () => {
    expect(
      faultsOf(file('a.yaml', 'alpha', 'elt'), file('b.yaml', 'beta'), file('c.yaml', 'c', 'x')),
    ).toEqual(expect.arrayContaining(['a.yaml:3', 'c.yaml:3']));
  });

  it('may not claim a name twice: the later file is told where, and which file has it', () => {
    expect(faultsOf(file('a.yaml', 'alpha'), file('b.yaml', 'beta'), file('c.yaml', 'alpha'))).toEqual([
      'c.yaml:2',
    ]);
    expect(() => readJobs([file('a.yaml', 'alpha'), file('c.yaml', 'alpha')])).toThrow(
      'c.yaml:2:7: name: found "alpha", which a.yaml describes already; allowed: a name that no other job file has',
    );
  });
});
