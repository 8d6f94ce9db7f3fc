import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { windowedGaussian } from '../../../bench/detect/baselines.ts';
import { detect } from '../../../bench/detect/detect.ts';
import { readLabelled } from '../../../bench/detect/read-labelled.ts';
import { judgeAt, normalised, rank, tune } from '../../../bench/detect/scorer.ts';
import { summarise } from '../../../bench/detect/summary.ts';
import { writeDocs } from '../../../bench/detect/write-docs.ts';
import { consoleContext } from '../../../cli/command-context.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const SHARED = '../shared/data/series/nab';
const START = Date.parse('2024-01-01T00:00:00Z');
const timeOf = (i: number) => new Date(START + 300_000 * i).toISOString().slice(0, 19).replace('T', ' ');

/** A folder with one series of noise that jumps in its window. */
function folderWith(rows: string[], windows: [string, string][] = [[timeOf(590), timeOf(650)]]): string {
  const folder = mkdtempSync(join(tmpdir(), 'detect-'));
  mkdirSync(join(folder, 'labels'));
  mkdirSync(join(folder, 'data', 'some'), { recursive: true });
  writeFileSync(
    join(folder, 'labels', 'combined_windows.json'),
    JSON.stringify({ 'some/series.csv': windows }),
  );
  writeFileSync(join(folder, 'data', 'some', 'series.csv'), ['timestamp,value', ...rows].join('\n'));
  return folder;
}

function jumpingRows(): string[] {
  const rng = seededRng('noise');
  return Array.from({ length: 800 }, (_, i) => `${timeOf(i)},${10 + rng() + (i >= 600 ? 8 : 0)}`);
}

function run(folder: string): string[] {
  const lines: string[] = [];
  detect(
    { data: folder, json: true },
    { ...consoleContext, print: (line) => lines.push(line), note: () => undefined },
  );
  return lines;
}

describe('the detect suite', () => {
  it('prints a table within 80 columns and, last, one JSON object with the agreed members', () => {
    const lines = run(folderWith(jumpingRows()));
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(80);
    const summary = JSON.parse(lines.at(-1)!);
    expect(summary).toMatchObject({ files: 1, windows: 1, byCategory: { some: summary.tuned } });
    for (const figures of [summary.tuned, summary.shipped, summary.baselines.random.tuned]) {
      expect(Object.keys(figures)).toEqual(['standard', 'lowFP', 'lowFN']);
    }
    expect(summary.usPerPoint).toBeGreaterThan(0);
  });

  it('finds a jump as it comes', () => {
    const summary = JSON.parse(run(folderWith(jumpingRows())).at(-1)!);
    // the jump is the eleventh of the window's 61 points
    expect(summary.tuned.standard).toBeGreaterThan(97);
    expect(summary.shipped.standard).toBeGreaterThan(80);
  });

  it.each([
    ['a constant', Array.from({ length: 800 }, (_, i) => `${timeOf(i)},5`)],
    ['gaps', jumpingRows().map((row, i) => (i % 7 === 0 ? `${timeOf(i)},NaN` : row))],
    ['an hour that comes twice', jumpingRows().map((row, i) => (i === 300 ? `${timeOf(291)},10` : row))],
  ])('takes %s as it is', (_, rows) => {
    expect(JSON.parse(run(folderWith(rows)).at(-1)!).tuned.standard).toBeGreaterThanOrEqual(0);
  });

  it('takes a series of three points', () => {
    const rows = [0, 1, 2].map((i) => `${timeOf(i)},${i}`);
    const summary = JSON.parse(run(folderWith(rows, [[timeOf(1), timeOf(2)]])).at(-1)!);
    expect(summary.shipped.standard).toBe(0);
  });

  it.each<[string, string[], [string, string][] | undefined, RegExp]>([
    [
      'rows out of order',
      jumpingRows().reverse(),
      [[timeOf(650), timeOf(590)]],
      /line 15: found a time 3900 s before one above it; allowed: times in order/,
    ],
    [
      'text for a value',
      [`${timeOf(0)},much`],
      undefined,
      /line 2: found the value "much"; allowed: a number/,
    ],
    ['no time', ['yesterday,1'], undefined, /found the time "yesterday"; allowed: such as/],
    [
      'a window elsewhere',
      jumpingRows(),
      [['2020-01-01 00:00:00', '2020-01-02 00:00:00']],
      /found the window 2020/,
    ],
    ['no windows', jumpingRows(), [], /found no window; allowed: at least one/],
    ['no rows', [], undefined, /found no rows/],
  ])('refuses %s', (_, rows, windows, message) => {
    const folder = folderWith(rows, windows);
    expect(() => run(folder)).toThrow(InvalidInputError);
    expect(() => run(folder)).toThrow(message);
  });

  it('writes tables and a picture between their marks', () => {
    const [series] = readLabelled(folderWith(jumpingRows()));
    const scored = [{ series: series!, scores: windowedGaussian(series!) }];
    const page = join(mkdtempSync(join(tmpdir(), 'page-')), 'benchmarks.md');
    writeFileSync(page, 'Before.\n<!-- detect -->\n<!-- end of detect -->\nAfter.\n');
    writeDocs(summarise({ own: scored, windowedGaussian: scored, random: scored, usPerPoint: 1 }), page);
    expect(readFileSync(page, 'utf8')).toMatch(
      /Before\.[^]*\| windowed Gaussian, tuned[^]*\.svg\)[^]*After\./,
    );
    expect(existsSync(join(page, '..', 'images', 'detect-categories.svg'))).toBe(true);
  });
});

describe.runIf(existsSync(SHARED))("NAB's windowed Gaussian", () => {
  const scored = existsSync(SHARED)
    ? readLabelled(SHARED).map((each) => ({ series: each, scores: windowedGaussian(each) }))
    : [];

  it('scores within a point of what is published for all 58 files', () => {
    const ranking = rank(scored, 'standard');
    const standard = normalised(tune(ranking).worth, ranking.windows, 'standard')!;
    expect(Math.abs(standard - 39.6)).toBeLessThan(1);
  });

  it.each([
    // published with NAB: results/windowedGaussian, standard profile, threshold 1
    ['realAWSCloudwatch/ec2_cpu_utilization_24ae8d.csv', -1.266678759349383],
    ['realAWSCloudwatch/rds_cpu_utilization_cc0c53.csv', -0.13844919792440225],
    ['realAdExchange/exchange-3_cpc_results.csv', 2.5026632611866138],
    ['realAdExchange/exchange-4_cpm_results.csv', 1.274710362684976],
  ])('has the published score on %s', (name, published) => {
    const one = scored.find((each) => each.series.name === name)!;
    expect(judgeAt(rank([one], 'standard'), 1).worth).toBeCloseTo(published, 10);
  });
});
