import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleReport } from '../dashboard/sample-report.ts';
import { runCommand } from './run-command.ts';

describe('flarepath status', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-status-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const status = (content: string) => {
    const file = join(folder, 'report.json');
    writeFileSync(file, content);
    return runCommand('status', '--simulation', file);
  };

  it('shows how each job of a simulation stands', async () => {
    const { code, out } = await status(JSON.stringify(sampleReport()));
    expect(code).toBe(0);
    expect(out).toMatch(/orders-nightly .* 12\/14 /);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('keeps to 80 columns however long names are', async () => {
    const report = sampleReport();
    const jobs = report.jobs.map((job) => ({ ...job, name: 'a-name-as-long-as-names-may-be-in-job-fi' }));
    const { out } = await status(JSON.stringify({ ...report, jobs }));
    expect(out).toMatch(/^a-name-as-long/m);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('says nothing but the fault when the job files cannot be used', async () => {
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify(sampleReport()));
    const { code, out } = await runCommand('status', '--simulation', file, '--jobs', join(folder, 'none'));
    expect([code, out]).toEqual([2, '']);
  });

  it.each([
    ['is cut short', '{"source": {"kind"', /not JSON/],
    ['is another file', '{"jobs": []}', /at source/],
    ['lacks a value', JSON.stringify({ ...sampleReport(), until: 'soon' }), /at until/],
  ])('refuses data of a simulation that %s, in one line that says what to do', async (_what, text, why) => {
    const { code, out, err } = await status(text);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(why);
    expect(err).toMatch(/report\.json does not hold .* Run flarepath simulate again/);
    expect(err.split('\n')).toHaveLength(1);
  });
});
