import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

describe('flarepath validate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-validate-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('accepts the examples', async () => {
    const { code, out } = await runCommand('validate', 'examples/jobs/orders-nightly.yaml');
    expect([code, out]).toEqual([0, 'examples/jobs/orders-nightly.yaml: ok']);
  });

  it('answers a bad file with file, line and field, and exit code 2', async () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'name: ok-name\ntask: elt\n');
    const { code, err } = await runCommand('validate', file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:2:7: task: found "elt"; allowed: etl, features, training, serving`);
  });

  it('finds a script that does not lie beside the file, and a schedule that never fires', async () => {
    const text = readFileSync('examples/jobs/orders-nightly.yaml', 'utf8');
    const cron = /cron: '?\S+ \S+ \S+ \S+ \S+ \S+?'?(?=[,\n])/;
    expect(text).toMatch(cron);
    for (const never of ['0 2 30 2 ? *', '0 2 1 1 ? 2020']) {
      const file = join(folder, 'never.yaml');
      writeFileSync(file, text.replace(cron, `cron: '${never}'`));
      const { code, err } = await runCommand('validate', file);
      expect(code).toBe(2);
      expect(err).toMatch(/start\.schedule\.cron: found "[^"]+", which never fires; allowed: .*after now/);
      expect(err).toMatch(
        /never\.yaml:\d+:\d+: steps\[0\]\.\S+\.file: found \S+, which does not exist; allowed/,
      );
    }
  });

  it('checks the good files beside a bad one', async () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'task: etl');
    const { code, out } = await runCommand('validate', file, 'examples/jobs/churn-training.yaml');
    expect([code, out]).toEqual([2, 'examples/jobs/churn-training.yaml: ok']);
  });

  it('gives machines one JSON object', async () => {
    const { out } = await runCommand('validate', '--json', 'examples/jobs/orders-nightly.yaml');
    expect(JSON.parse(out)).toEqual({ files: ['examples/jobs/orders-nightly.yaml'], faults: [] });
  });

  it('tells of a missing file beside the faults of others', async () => {
    const bad = join(folder, 'beside.yaml');
    writeFileSync(bad, 'name: ok-name\n');
    const { code, out } = await runCommand('validate', '--json', 'missing.yaml', bad);
    expect(code).toBe(2);
    const faults = JSON.parse(out).faults as { file: string; found: string }[];
    expect(new Set(faults.map(({ file }) => file))).toEqual(new Set(['missing.yaml', bad]));
    expect(faults[0]?.found).toBe('no file to read: it does not exist');
  });

  it('names infinity, exclusive bounds and YAML faults in words', async () => {
    const job = readFileSync('examples/jobs/orders-nightly.yaml', 'utf8');
    const errOf = async (text: string) => {
      const path = join(folder, 'words.yaml');
      writeFileSync(path, text);
      return (await runCommand('validate', path)).err;
    };
    expect(await errOf(job.replace('typicalGib: 180', 'typicalGib: .inf'))).toContain('found Infinity');
    expect(await errOf(job.replace('typicalGib: 180', 'typicalGib: 0'))).toContain('a number above 0');
    expect(await errOf(`${job}\nname: again\n`)).toContain('found a key for the second time; allowed: YAML');
  });

  it('says what to do when no file is named, or one cannot be read', async () => {
    expect(await runCommand('validate')).toMatchObject({
      code: 2,
      err: expect.stringContaining('name at least one'),
    });
    expect(await runCommand('validate', folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('folder'),
    });
  });
});

describe('flarepath --help', () => {
  it.each([
    [],
    ...['validate', 'plan', 'explain', 'what-if', 'diff', 'profile', 'replay', 'simulate', 'status'].map(
      (name) => [name],
    ),
    ...[
      'models',
      'control',
      'pause',
      'override',
      'kill-switch',
      'reap',
      'undo',
      'alarms',
      'incidents',
      'silence',
      'ack',
    ].map((name) => [name]),
  ])('explains %s with examples or codes', async (...args) => {
    const { code, out } = await runCommand(...args, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:|Exit codes:/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
