import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { application } from '../core/runtime-model/logged-application.ts';
import { runCommand } from './run-command.ts';

describe('flarepath replay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-replay-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const executors = Array.from({ length: 8 }, (_, i) =>
    JSON.stringify({
      Event: 'SparkListenerExecutorAdded',
      Timestamp: Date.UTC(2026, 0, 5),
      'Executor ID': String(i + 1),
      'Executor Info': { 'Total Cores': 4 },
    }),
  );
  const text = `${executors.join('\n')}\n${application(32, 100).text}\n`;
  const log = join(folder, 'application_1');
  writeFileSync(log, text);
  const secondsOn = async (...args: string[]) => {
    const { out } = await runCommand('replay', ...args, '--json');
    return JSON.parse(out).points.map((point: { seconds: number }) => point.seconds) as number[];
  };

  it('says where the time went and what other cores make of it, in 80 columns', async () => {
    const { code, out } = await runCommand('replay', log, '--cores', '16,32,64');
    expect(code).toBe(0);
    expect(out).toContain('the driver alone');
    expect(out).toContain('No number of cores makes it shorter');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('foretells another size of cluster as it would have run', async () => {
    const [few, same, many] = await secondsOn(log, '--cores', '16,32,64');
    expect(same).toBeCloseTo(application(32, 100).seconds, 0);
    expect(Math.abs(few! / application(16, 100).seconds - 1)).toBeLessThan(0.1);
    expect(Math.abs(many! / application(64, 100).seconds - 1)).toBeLessThan(0.1);
  });

  it('carries a plan before the first run, and says so; a log that tells nothing is refused', async () => {
    const job = ['plan', 'examples/jobs/orders-nightly.yaml', '--load-gib', '100', '--effort', 'fast'];
    const { code, out } = await runCommand(...job, '--log', log, '--json');
    expect(code).toBe(0);
    const { model } = JSON.parse(out) as { model: { description: string; notes: string[] } };
    expect(model.description).toContain('the replay of');
    expect(model.notes.join(' ')).toContain('the log');
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const refused = await runCommand(...job, '--log', empty);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('event log');
  });

  it("reads a rolling log's folder, parts compressed or not, beside its status file", async () => {
    const rolling = join(folder, 'eventlog_v2_application_1');
    mkdirSync(rolling);
    const middle = text.indexOf('\n', 0.95 * text.length) + 1;
    writeFileSync(join(rolling, 'appstatus_application_1'), '');
    writeFileSync(join(rolling, '.events_1_application_1.crc'), 'crc');
    writeFileSync(join(rolling, 'events_1_application_1'), text.slice(0, middle));
    writeFileSync(join(rolling, 'events_2_application_1.gz'), gzipSync(text.slice(middle)));
    expect(await secondsOn(rolling)).toEqual(await secondsOn(log));
    rmSync(join(rolling, 'events_2_application_1.gz'));
    expect((await runCommand('replay', rolling)).out).toContain('It ends before its application does');
  });

  it.each([
    ['--cores', '1e9'],
    ['--cores', '2.5'],
    ['--load', '1e300'],
    ['--memory-gib', '0.0001'],
  ])('refuses %s %s', async (option, text) => {
    const { code, err } = await runCommand('replay', log, option, text);
    expect(code).toBe(2);
    expect(err).toContain(`${option}: found "${text}"; allowed: up to 20`);
  });

  it('refuses a log without its executors: how many cores there were is not known', async () => {
    const headless = join(folder, 'headless');
    writeFileSync(headless, application(32, 100).text);
    const { code, err } = await runCommand('replay', headless);
    expect(code).toBe(2);
    expect(err).toContain('its executors, so their cores are not known');
  });

  it.each([
    ['a missing file', () => join(folder, 'missing'), 'it does not exist'],
    ['another file', () => 'package.json', 'this is no event log'],
    ['a folder of other files', () => 'docs', 'not parts of one rolling log'],
    ['an empty file', () => '/dev/null', 'The log is empty'],
  ])('answers %s with what it is and what is allowed, and exit code 2', async (_, path, says) => {
    const { code, err } = await runCommand('replay', path());
    expect(code).toBe(2);
    expect(err).toContain(says);
    expect(err).toContain('Name a Spark event log');
  });

  it('refuses numbers that are none', async () => {
    const { code, err } = await runCommand('replay', log, '--load', '1,x');
    expect([code, err]).toEqual([
      2,
      '--load: found "x"; allowed: up to 20 numbers from 0.001 to 1000, with commas between them.',
    ]);
  });
});
