import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { runCommand } from './run-command.ts';

const JOB = 'examples/jobs/orders-nightly.yaml';
const HEADER = 'instance_count\tmachine_type\tdata_size_MB\tgross_runtime';
const RUNS = [
  HEADER,
  ...[4, 8, 16, 32].flatMap((count) =>
    [50_000, 100_000, 180_000].map((mib) =>
      [count, 'm5.2xlarge', mib, 90 + (60 * mib) / (count * 1000)].join('\t'),
    ),
  ),
].join('\n');
const PRICES = {
  SpotPriceHistory: ['m5.2xlarge', 'm5.xlarge', 'm5a.2xlarge', 'm6i.2xlarge'].flatMap((type) =>
    ['us-east-1a', 'us-east-1b'].map((zone) => ({
      AvailabilityZone: zone,
      InstanceType: type,
      ProductDescription: 'Linux/UNIX',
      SpotPrice: '0.120000',
      Timestamp: '2026-01-05T10:00:00+00:00',
    })),
  ),
};
const Answer = z.object({
  forecast: LoadForecast,
  plan: FleetPlan,
  model: z.object({ version: z.string(), notes: z.array(z.string()) }),
  market: z.object({ source: z.string() }),
});

describe('flarepath plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-plan-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  let history: string;
  beforeAll(() => {
    history = file('runs.tsv', RUNS);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function planned(...args: string[]) {
    const { code, out, err } = await runCommand('plan', JOB, '--json', '--effort', 'fast', ...args);
    expect(err).toBe('');
    expect(code).toBe(0);
    return Answer.parse(JSON.parse(out));
  }

  it.each([
    [
      'a region that there is not',
      ['--region', 'eu-nowhere-9'],
      /--region: found "eu-nowhere-9", allowed: .*eu-/,
    ],
    [
      'a start whose deadline has passed',
      ['--at', '2025-12-01T01:00:00Z'],
      /--at: found 2025-12-01.*deadline/,
    ],
    ['a load beyond all jobs', ['--load-gib', '1e308'], /--load-gib: found "1e308"; allowed: .*1000000/],
    ['a load that is not decimal', ['--load-gib', '0x10'], /--load-gib: found "0x10"/],
    ['columns of no file', ['--columns', 'size=mib'], /--columns: found no --history/],
  ])('refuses %s as bad input', async (_, args, why) => {
    const { code, out, err } = await runCommand('plan', JOB, '--effort', 'fast', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(why);
  });

  it('answers with fleets, cost, lateness, runtime and what else was possible', async () => {
    const { plan } = await planned('--history', history, '--load-gib', '180');
    expect(plan.fleets.map((fleet) => fleet.role)).toContain('core');
    expect(plan.forecast.costUsd).toBeGreaterThan(0);
    expect(plan.forecast.lateProbability).toBeLessThanOrEqual(0.01);
    expect(plan.alternatives.length).toBeGreaterThan(0);
    expect(plan.alternatives.every((other) => other.whyNot !== '')).toBe(true);
  });

  it('plans on what the team pays, and refuses a file that says it wrongly', async () => {
    const list = await planned('--load-gib', '180', '--effort', 'fast');
    const prices = file('prices.yaml', 'savingsPlans: [{ discountPercent: 40 }]');
    const ours = await planned('--load-gib', '180', '--effort', 'fast', '--prices', prices);
    expect(ours.plan.forecast.costUsd).toBeLessThan(0.85 * list.plan.forecast.costUsd);
    expect(ours.plan.market.notes.join(' ')).toContain('40 % off every family by a Savings Plan');
    const wrong = file('wrong.yaml', 'savingsPlans: [{ discountPercent: 400 }]');
    const { code, err } = await runCommand('plan', JOB, '--prices', wrong);
    expect(code).toBe(2);
    expect(err).toMatch(/savingsPlans\.0\.discountPercent/);
  });

  it('prices EMR Serverless beside the plan', async () => {
    const { out } = await runCommand('plan', JOB, '--effort', 'fast');
    expect(out).toMatch(/EMR Serverless: \d+\.\d\d USD for as many executors/);
  });

  it('buys no spot and says so when no market is given, and buys it when it is cheap', async () => {
    const without = await planned('--history', history, '--load-gib', '180');
    expect(without.plan.fleets.every((fleet) => fleet.spotUnits === 0)).toBe(true);
    expect(without.plan.market.notes.join(' ')).toContain('no spot');
    const market = file('spot.json', JSON.stringify(PRICES));
    const withSpot = await planned('--history', history, '--load-gib', '180', '--market', market);
    expect(withSpot.market.source).toBe('file');
    expect(withSpot.plan.fleets.some((fleet) => fleet.spotUnits > 0)).toBe(true);
  });

  it('gives the same plan for the same seed', async () => {
    const args = ['--history', history, '--load-gib', '120', '--seed', '7'];
    expect(await planned(...args)).toEqual(await planned(...args));
  });

  it('reads other column names', async () => {
    const other = file('other.csv', RUNS.replaceAll('\t', ',').replace('gross_runtime', 'seconds'));
    await planned('--history', other, '--columns', 'runtime=seconds', '--load-gib', '100');
  });

  it('forecasts the load from dated runs: a growing job is expected to be larger than its past', async () => {
    const days = Array.from({ length: 28 }, (_, day) => {
      const at = new Date(Date.parse('2025-12-08T01:00:00Z') + day * 86_400_000).toISOString();
      return ['8', 'm5.2xlarge', 20_000 * 1.04 ** day, 400 * 1.04 ** day, at];
    });
    const rows = (columns: number) => days.map((row) => row.slice(0, columns).join('\t'));
    const undated = file('undated.tsv', [HEADER, ...rows(4)].join('\n'));
    const dated = file('dated.tsv', [`${HEADER}\tday`, ...rows(5)].join('\n'));
    const { forecast } = await planned('--history', dated, '--columns', 'at=day');
    const { forecast: blind } = await planned('--history', undated);
    expect(blind.method).toBe('past-sizes');
    expect(forecast).toMatchObject({ method: 'ensemble', historyPoints: 28 });
    expect(forecast.inputBytes[4]).toBeGreaterThan((blind.inputBytes[4] ?? 0) * 1.3);
  });

  it('leaves runs of the future and repeated rows away, for load and runtime alike, and says so', async () => {
    const row = (at: string, mib = 100_000) => ['8', 'm5.2xlarge', mib, 900, at].join('\t');
    const past = ['2026-01-02', '2026-01-03', '2026-01-04'].map((day) => row(`${day}T01:00:00Z`));
    const told = (...rows: string[]) =>
      planned('--history', file('told.tsv', [`${HEADER}\tstarted_at`, ...rows].join('\n')));
    const { model, forecast } = await told(...past);
    const more = await told(...past, row('2031-01-01T01:00:00Z', 1), past[0] ?? '');
    expect([more.model.version, more.forecast]).toEqual([model.version, forecast]);
    expect(more.model.notes.join(' ')).toMatch(/1 row of the history dated after now/);
    expect(more.model.notes.join(' ')).toMatch(/1 row of the history that repeat/);
    const two = await told(...past, row('2026-01-04T01:00:00Z', 50_000));
    expect(two.model.notes.join(' ')).toMatch(/the date of another one/);
  });

  it('buys no spot on prices that are old, or of the future, and says so; a cut list is told', async () => {
    const moved = (at: string, more: object = {}) => {
      const rows = PRICES.SpotPriceHistory.map((row) => ({ ...row, Timestamp: at }));
      return file('moved.json', JSON.stringify({ SpotPriceHistory: rows, ...more }));
    };
    const on = (market: string) =>
      planned('--history', history, '--load-gib', '180', '--market', market).then(({ plan }) => ({
        spot: plan.fleets.some(({ spotUnits }) => spotUnits > 0),
        notes: plan.market.notes.join(' '),
      }));
    const old = await on(moved('2019-01-05T10:00:00Z'));
    expect(old.spot).toBe(false);
    expect(old.notes).toMatch(/7 years old: no spot is bought/);
    const future = await on(moved('2027-01-05T10:00:00Z'));
    expect(future.spot).toBe(false);
    expect(future.notes).toMatch(/All 8 prices of .* are later than now/);
    const cut = await on(moved('2026-01-05T10:00:00Z', { NextToken: 'more' }));
    expect(cut.spot).toBe(true);
    expect(cut.notes).toMatch(/NextToken: its list was cut/);
  });

  it('names the file and the value of a price that is none', async () => {
    const rows = [{ ...PRICES.SpotPriceHistory[0], SpotPrice: 'cheap' }];
    const market = file('cheap.json', JSON.stringify({ SpotPriceHistory: rows }));
    const { code, err } = await runCommand('plan', JOB, '--market', market);
    expect(code).toBe(2);
    expect(err).toMatch(/cheap\.json: .*SpotPriceHistory\.0\.SpotPrice: found "cheap"/);
  });

  it('answers with one JSON object on failure, too', async () => {
    const bad = await runCommand('plan', JOB, '--load-gib', '0', '--json');
    expect(bad.code).toBe(2);
    expect(JSON.parse(bad.out)).toEqual({ error: bad.err });
    const unknown = await runCommand('plan', JOB, '--nothing', '--json');
    expect(JSON.parse(unknown.out).error).toMatch(/unknown option/);
    const none = await runCommand('plan', JOB, '--load-gib', '900000', '--effort', 'fast', '--json');
    expect(none.code).toBe(3);
    expect(JSON.parse(none.out)).toMatchObject({ refused: none.err });
  });

  it('knows before it searches that a plan cannot be kept, and says so once', async () => {
    const { code, err } = await runCommand('plan', JOB, '--out', join(folder, 'none', 'plan.json'));
    expect(code).toBe(2);
    expect(err).toMatch(/^--out: cannot write \S+: there is no folder \S+\. Name a file in a folder/);
  });

  it('reads no file that is not UTF-8', async () => {
    const wide = join(folder, 'wide.csv');
    writeFileSync(wide, Buffer.from(`\uFEFF${RUNS}`, 'utf16le'));
    const { code, err } = await runCommand('plan', JOB, '--history', wide);
    expect(code).toBe(2);
    expect(err).toMatch(/save it as UTF-8/);
  });

  it('prints at most 80 columns for people', async () => {
    const { out } = await runCommand('plan', JOB, '--history', history, '--effort', 'fast');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).toContain('Nothing was launched.');
  });

  it.skipIf(!existsSync('../shared/data/runtime/c3o/sort.tsv'))(
    'plans on published runs of Spark',
    async () => {
      const { plan } = await planned('--history', '../shared/data/runtime/c3o/sort.tsv');
      expect(plan.forecast.runtimeSeconds.every((seconds) => seconds > 0)).toBe(true);
    },
  );

  describe('refuses, with a message and nothing done,', () => {
    const badHistory = (row: string) => file('bad.tsv', `${HEADER}\n${row}\n`);
    it.each([
      ['an empty history', () => ['--history', file('empty.tsv', '')], /empty/],
      ['a header without runs', () => ['--history', file('head.tsv', HEADER)], /no run/],
      ['a negative size', () => ['--history', badHistory('4\tm5.xlarge\t-1\t100')], /bad\.tsv:2.*-1/],
      ['an unknown type', () => ['--history', badHistory('4\tm5.hugelarge\t100\t100')], /m5\.hugelarge/],
      ['a missing file', () => ['--history', join(folder, 'nowhere.tsv')], /does not exist/],
      ['a market that is not JSON', () => ['--market', file('market.json', 'spot!')], /not JSON/],
      ['an empty market', () => ['--market', file('none.json', '{"SpotPriceHistory": []}')], /price/i],
      [
        'a market of another region',
        () => ['--market', file('eu.json', JSON.stringify(PRICES)), '--region', 'eu-west-1'],
        /us-east-1.*eu-west-1|eu-west-1.*us-east-1/s,
      ],
      [
        'a deadline in the past',
        () => ['--at', '2020-01-01T00:00:00Z'],
        /deadline.*(past|passed|over|ago|before)/is,
      ],
      ['a load that is no number', () => ['--load-gib', 'many'], /--load-gib.*many/],
      [
        'a column that is no option',
        () => ['--history', file('r.tsv', RUNS), '--columns', 'speed=x'],
        /speed=x/,
      ],
      ['an unknown option', () => ['--fleet', 'x'], /unknown option/],
    ])('%s', async (_what, args, message) => {
      const { code, out, err } = await runCommand('plan', JOB, ...args());
      expect(err).toMatch(message);
      expect([2, 3]).toContain(code);
      expect(out).toBe('');
    });

    it('a budget that nothing fits, naming what would', async () => {
      const { code, err } = await runCommand(
        'plan',
        file('poor.yaml', POOR_JOB),
        '--load-gib',
        '500',
        '--effort',
        'fast',
      );
      expect(code).toBe(3);
      expect(err).toMatch(/budget|limit/i);
      expect(err).toContain('What would help');
    });
  });

  it('makes do with one past run, and says how little that is', async () => {
    const one = file('one.tsv', `${HEADER}\n4\tm5.2xlarge\t50000\t900\n`);
    const { plan } = await planned('--history', one, '--load-gib', '50');
    const { plan: informed } = await planned('--history', history, '--load-gib', '50');
    const spread = ({ forecast }: FleetPlan) =>
      (forecast.runtimeSeconds[8] ?? 0) / (forecast.runtimeSeconds[0] ?? 1);
    expect(spread(plan)).toBeGreaterThan(spread(informed));
  });
});

const POOR_JOB = `name: poor-job
task: etl
start: { caller: {} }
deadline: { withinMinutes: 120 }
budget: { perRun: { targetUsd: 0.01, limitUsd: 0.02 } }
release: emr-7.9.0
steps: [{ name: run, script: { file: run.py } }]
inputs: [{ uri: "s3://example-data/poor/" }]
`;
