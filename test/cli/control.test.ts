import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'flarepath-deployment-'));
afterAll(() => rmSync(folder, { recursive: true }));
const RUN = 'orders@2026-01-05T01:00:00.000Z';
const LATER = '2026-01-06T12:00:00.000Z';

describe('a command on a deployment', () => {
  it.each<[string, string[], RegExp]>([
    ['no job', ['pause', '--until', LATER], /Found neither, allowed: the name of a job, or --all/],
    ['a job and all', ['pause', 'orders', '--all', '--until', LATER], /Found both/],
    [
      'an end in the past',
      ['pause', 'orders', '--until', '2026-01-01T00:00Z'],
      /allowed: an instant .*after now/,
    ],
    ['an end without zone', ['pause', 'orders', '--until', '2026-01-06T12:00'], /with its zone/],
    [
      'an override for a month',
      ['override', 'orders', '--run-limit-usd', '9', '--until', '2026-02-05T00:00Z', '--reason', 'x'],
      /until 2026-01-12T12:00:00.000Z/,
    ],
    [
      'an override of nothing',
      ['override', 'orders', '--until', LATER, '--reason', 'x'],
      /no limit to override/,
    ],
    [
      'a limit that is none',
      ['override', 'orders', '--run-limit-usd', '-3', '--until', LATER, '--reason', 'x'],
      /found -3, allowed: a number above 0/,
    ],
    [
      "a run's limit of the account",
      ['override', '--account', '--run-limit-usd', '3', '--until', LATER, '--reason', 'x'],
      /allowed for a job only/,
    ],
    ['a release with off', ['kill-switch', 'off', '--release', '--reason', 'x'], /allowed with on only/],
    ['an empty reason', ['kill-switch', 'on', '--reason', ' '], /say why/],
    ['a run that is no key', ['cancel', 'orders', '--reason', 'x'], /allowed: a run key such as/],
    ['no deployment', ['approve', RUN, '--reason', 'x'], /deployment\.json.*cdk deploy --outputs-file/],
  ])('refuses %s, and says what to do', async (_, args, why) => {
    const { code, out, err } = await runCommand(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(why);
  });

  it.each([
    ['is no JSON', 'nonsense', /something else than a JSON object/],
    ['is of another stack', '{"Other": {"A": "b"}}', /no stack in it has the output LedgerTable/],
    ['is of an older version', '{"Flarepath": {"LedgerTable": "ledger"}}', /no usable output RunJobArn/],
  ])('refuses a deployment that %s', async (_, text, why) => {
    const file = join(folder, 'deployment.json');
    writeFileSync(file, text);
    const { code, err } = await runCommand('control', '--deployment', file);
    expect(code).toBe(2);
    expect(err).toMatch(why);
    expect(err).toContain('--outputs-file');
  });
});
