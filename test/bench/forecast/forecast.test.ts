import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mase, pinballLoss, smapePercent } from '../../../bench/forecast/accuracy.ts';
import { naive2, seasonalNaive } from '../../../bench/forecast/baselines.ts';
import { casesOf } from '../../../bench/forecast/cases.ts';
import { forecast, type ForecastOptions } from '../../../bench/forecast/forecast.ts';
import { evaluate } from '../../../bench/forecast/evaluate.ts';
import { readSeries } from '../../../bench/forecast/read-series.ts';
import { summarise } from '../../../bench/forecast/summary.ts';
import { writeDocs } from '../../../bench/forecast/write-docs.ts';
import { consoleContext } from '../../../cli/command-context.ts';
import { QUANTILE_LEVELS } from '../../../core/contracts/quantities.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const SHARED = '../shared/data/series/m4-hourly';

/** A folder with series of a day and a week, each with its own noise. */
function folderOf(count: number, hours: number, below = '.'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'forecast-')), below);
  mkdirSync(folder, { recursive: true });
  const rng = seededRng('series');
  const rows = Array.from({ length: count }, (_, s) =>
    Array.from({ length: hours + 48 }, (_, hour) => {
      const day = 2 + Math.sin((2 * Math.PI * hour) / 24);
      return Math.round(1000 * day * (hour % 168 >= 120 ? 0.6 : 1) * (1 + 0.05 * s * (rng() - 0.5)));
    }),
  );
  const csv = (slice: (row: number[]) => number[]) =>
    ['id,V1', ...rows.map((row, s) => [`"S${s}"`, ...slice(row)].join(','))].join('\n');
  writeFileSync(
    join(folder, 'Hourly-train.csv'),
    csv((row) => row.slice(0, hours)),
  );
  writeFileSync(
    join(folder, 'Hourly-test.csv'),
    csv((row) => row.slice(hours)),
  );
  return below === '.' ? folder : folder.slice(0, -below.length - 1);
}

function run(options: ForecastOptions): { lines: string[]; notes: string[] } {
  const lines: string[] = [];
  const notes: string[] = [];
  forecast(options, {
    ...consoleContext,
    print: (line) => lines.push(line),
    note: (line) => notes.push(line),
  });
  return { lines, notes };
}

describe('the forecast suite', () => {
  it('prints a table within 80 columns and, last, one JSON object with the agreed members', () => {
    const { lines } = run({ cadence: 'hourly', data: folderOf(3, 24 * 22), json: true });
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(80);
    const summary = JSON.parse(lines.at(-1)!);
    expect(summary).toMatchObject({ cadence: 'hourly', series: 3, baselines: { naive2: { owa: 1 } } });
    for (const member of [
      'owa',
      'smape',
      'mase',
      'coverage95',
      'pinballVsNaive',
      'p90Coverage',
      'msPerSeries',
    ])
      expect(Number.isFinite(summary[member]), member).toBe(true);
    expect(summary.owa).toBeLessThan(summary.baselines.seasonalNaive.owa);
  });

  it('sums days for the daily cadence, and forecasts seven from 14 and from 28', () => {
    const series = readSeries(folderOf(2, 24 * 40, 'series/m4-hourly'));
    const cases = casesOf('daily', series);
    expect(cases.map(({ known, actual }) => [known.length, actual.length])).toEqual([
      [14, 7],
      [28, 7],
      [14, 7],
      [28, 7],
    ]);
    const last = series[0]!.following.slice(-24).reduce((sum, value) => sum + value, 0);
    expect(cases[0]!.actual.at(-1)).toBe(last);
    const { lines } = run({ cadence: 'daily', data: folderOf(2, 24 * 40), json: true });
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ cadence: 'daily', series: 2, forecasts: 4 });
  });

  it('writes its table and its picture between the marks of a page, and nothing else there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    const page = join(folder, 'benchmarks.md');
    writeFileSync(page, 'before\n\n<!-- forecast daily -->\nold\n<!-- end of forecast daily -->\nafter\n');
    const scores = casesOf('daily', readSeries(folderOf(2, 24 * 40))).map(evaluate);
    writeDocs(summarise('daily', scores), scores, page);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^before\n\n<!-- forecast daily -->\n\n2 series, daily, 4 forecasts:/);
    expect(text).toMatch(/\n<!-- end of forecast daily -->\nafter\n$/);
    expect(text).not.toContain('old');
    expect(text.match(/^\| (Flarepath|seasonal naive|Naive2) +\|/gm)).toHaveLength(3);
    expect(readFileSync(join(folder, 'images', 'forecast-daily.svg'), 'utf8')).toMatch(/^<svg .*xmlns=/);
    writeFileSync(page, 'no marks');
    expect(() => writeDocs(summarise('daily', scores), scores, page)).toThrow(/<!-- forecast daily -->/);
  });

  it('says what is wrong with a file, and where', () => {
    const folder = folderOf(1, 200);
    writeFileSync(join(folder, 'Hourly-test.csv'), 'id,V1\nS0,1,x\n');
    expect(() => readSeries(folder)).toThrow(/line 2, column 3: found "x"; allowed: a number/);
    writeFileSync(join(folder, 'Hourly-test.csv'), 'id,V1\nS9,1\n');
    expect(() => readSeries(folder)).toThrow(/no row of series "S0"/);
    writeFileSync(join(folder, 'Hourly-test.csv'), 'id,V1\nS0,NA,\n');
    expect(() => readSeries(folder)).toThrow(/line 2: found no value of series "S0", only gaps/);
    writeFileSync(join(folder, 'Hourly-test.csv'), 'S0,5,7\n');
    expect(() => readSeries(folder)).toThrow(/line 1: found values of "S0" where the header should be/);
    for (const size of ['1e302', '-1e302', '1e-300']) {
      writeFileSync(join(folder, 'Hourly-test.csv'), `id,1,2\nS0,4,${size}\n`);
      expect(() => readSeries(folder)).toThrow(/line 2, column 3: found .*allowed: 0, or a size between/);
    }
    expect(() => readSeries(join(folder, 'nowhere'))).toThrow(/NAME-train.csv/);
    expect(() => casesOf('daily', readSeries(folderOf(1, 24 * 3)))).toThrow(/whole days/);
  });

  it('reads every pair of files of a folder, and no name twice', () => {
    const folder = folderOf(2, 200);
    writeFileSync(join(folder, 'more-train.csv'), 'id,V1\nT,1,2\n');
    writeFileSync(join(folder, 'more-test.csv'), 'id,V1\nT,3\n');
    expect(readSeries(folder).map(({ id }) => id)).toEqual(['S0', 'S1', 'T']);
    writeFileSync(join(folder, 'more-train.csv'), 'id,V1\nS1,1,2\n');
    writeFileSync(join(folder, 'more-test.csv'), 'id,V1\nS1,3\n');
    expect(() => readSeries(folder)).toThrow(/"S1": found in Hourly-train.csv and in more-train.csv/);
  });

  it('gives no figure where nothing can be compared, and says so', () => {
    for (const row of ['7,7,7,7,7,7,7,7,7', '1,2,3']) {
      const folder = mkdtempSync(join(tmpdir(), 'flat-'));
      const long = row.startsWith('7') ? Array.from({ length: 100 }, () => 7).join(',') : row;
      writeFileSync(join(folder, 'x-train.csv'), `id,V1\nonly,${long}\n`);
      writeFileSync(join(folder, 'x-test.csv'), 'id,V1\nonly,7,7,7\n');
      const { lines } = run({ cadence: 'hourly', data: folder, json: true });
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({ owa: null, mase: null, withMase: 0 });
      expect(lines.slice(0, -1).join('\n')).not.toMatch(/NaN|Infinity|MASE +0/);
      expect(lines.join('\n')).toContain('1 of 1 have no MASE');
    }
  });

  it('takes gaps, zeros, negative, constant and very short series as they come', () => {
    const folder = mkdtempSync(join(tmpdir(), 'odd-'));
    const wave = (hour: number) => Math.round(100 * Math.sin(hour / 3.8)) + (hour % 5);
    const rows: [string, (hour: number) => number | string][] = [
      ['gaps', (hour) => (hour % 11 === 3 ? 'NA' : hour % 13 === 5 ? '' : 200 + wave(hour))],
      ['zeros', (hour) => Math.max(0, wave(hour))],
      ['negative', wave],
      ['constant', () => 7],
      ['nothing', () => 0],
      ['huge', (hour) => 1e15 * (2 + Math.sin(hour / 3.8))],
    ];
    const csv = (from: number, until: number) => [
      'id,V1',
      ...rows.map(([id, valueAt]) => [id, ...hours(from, until).map(valueAt)].join(',')),
      'short,1,2,3',
    ];
    const hours = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => from + i);
    writeFileSync(join(folder, 'x-train.csv'), csv(0, 700).join('\n'));
    writeFileSync(join(folder, 'x-test.csv'), csv(700, 748).join('\n'));
    for (const cadence of ['hourly', 'daily'] as const) {
      const summary = JSON.parse(run({ cadence, data: folder, json: true }).lines.at(-1)!);
      for (const member of ['owa', 'smape', 'mase', 'coverage95', 'pinballVsNaive', 'p90Coverage'])
        expect(Number.isFinite(summary[member]), `${cadence} ${member}`).toBe(true);
      // a day with a gap is a gap: of one series no whole day is left
      expect(summary.series).toBe(cadence === 'hourly' ? 7 : 5);
    }
  });

  it('measures as the field does', () => {
    expect(smapePercent([100, 0], [110, 0])).toBeCloseTo((200 * 10) / 210 / 2);
    expect(mase([1, 2, 3, 4], [5, 6], [4, 6], 1)).toBeCloseTo(0.5);
    expect(mase([1, 1, 1], [1], [2], 1)).toBeNull();
    const flat = QUANTILE_LEVELS.map(() => 10);
    expect(pinballLoss(12, flat)).toBeCloseTo(1);
    expect(seasonalNaive([1, 2, 3, 4, 5], 2, 3)).toEqual([4, 5, 4]);
    const seasonal = Array.from({ length: 48 }, (_, i) => (i % 4 === 0 ? 20 : 10));
    expect(naive2(seasonal, 4, 4).map(Math.round)).toEqual([20, 10, 10, 10]);
    expect(naive2([3, 1, 2], 4, 2)).toEqual([2, 2]);
  });

  it.skipIf(!existsSync(SHARED))('is as good on the M4 competition’s hourly series as it claims', () => {
    const summary = JSON.parse(run({ cadence: 'hourly', data: SHARED, json: true }).lines.at(-1)!);
    expect(summary.owa).toBeLessThanOrEqual(0.43);
    expect(summary.coverage95).toBeGreaterThanOrEqual(0.93);
    expect(summary.coverage95).toBeLessThanOrEqual(0.97);
  });
});
