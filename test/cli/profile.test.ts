import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleReport } from '../dashboard/sample-report.ts';
import { runCommand } from './run-command.ts';

const NEW_JOB = `name: customer-merge
task: etl
workload: { algorithm: sort-merge-join, rows: 900000000, columns: 40 }
start: { caller: {} }
deadline: { withinMinutes: 200 }
budget: { perRun: { targetUsd: 10, limitUsd: 50 } }
release: emr-7.9.0
steps: [{ name: merge, script: { file: merge.py } }]
inputs: [{ uri: 's3://data/customers/', typicalGib: 150 }]
`;

describe('flarepath profile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-profile-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'customer-merge.yaml');
  writeFileSync(file, NEW_JOB);
  const data = join(folder, 'report.json');
  writeFileSync(data, JSON.stringify(sampleReport(['orders-nightly', 'clickstream-features'])));

  it('says what a job asks of its machines and why, in 80 columns', async () => {
    const { code, out } = await runCommand('profile', file);
    expect(code).toBe(0);
    expect(out).toContain('4 GiB for each core');
    expect(out).toContain('Algorithm sort-merge-join');
    expect(out).toContain('the prior of etl jobs');
    expect(out).toContain('No described job with runs is near');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('rests on the runs of the job most like it, and says which features matched', async () => {
    const { out } = await runCommand('profile', file, '--jobs', 'examples/jobs', '--data', data, '--json');
    const { kin, model, profile } = JSON.parse(out);
    expect(kin).toMatchObject([
      { job: 'orders-nightly', matched: ['same task (etl)', '1.2 times the input', expect.any(String)] },
    ]);
    expect(model.description).toContain('the nearest described workload takes (orders-nightly');
    expect(profile.shuffleGib).toBe(150);
  });

  it('answers runs that are not there, or are something else, in words and with exit code 2', async () => {
    const missing = await runCommand(
      'profile',
      file,
      '--jobs',
      'examples/jobs',
      '--data',
      join(folder, 'no.json'),
    );
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('it does not exist') });
    const other = await runCommand('profile', file, '--jobs', 'examples/jobs', '--data', 'package.json');
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('does not hold the data') });
  });
});
