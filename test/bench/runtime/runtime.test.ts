import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../bench/runtime/columns.ts';
import { GradientBoosting } from '../../../bench/runtime/gradient-boosting.ts';
import { readJobTable } from '../../../bench/runtime/job-table.ts';
import type { MethodScores } from '../../../bench/runtime/job-scores.ts';
import { METHODS } from '../../../bench/runtime/methods.ts';
import { globalSplit, outwardSplit, scoreOf } from '../../../bench/runtime/protocol.ts';
import { writeDocs } from '../../../bench/runtime/write-docs.ts';
import { runtime } from '../../../bench/runtime/runtime.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const HEADER = 'instance_count\tmachine_type\tslots\tlinks\tpages\tconvergence_criterion\tgross_runtime';

/** Page rank on one machine type: 5 counts, 4 sizes, 3 tolerances, each three times over. */
function pageRank(): string {
  const rows = [2, 4, 6, 8, 10].flatMap((nodes) =>
    [1e6, 2e6, 4e6, 8e6].flatMap((links) =>
      [0.01, 0.001, 0.0001].flatMap((criterion) =>
        [0.99, 1, 1.3].map((luck) => {
          const seconds = luck * (20 + (links * 4e-5 * Math.log(1 / criterion)) / nodes);
          const cells = [nodes, 'r4.2xlarge', 8 * nodes, links, links / 8, criterion, seconds.toFixed(1)];
          return cells.join('\t');
        }),
      ),
    ),
  );
  return [HEADER, ...rows, '2\tm4.xlarge\t8\t1000000\t125000\t0.01\t99'].join('\n');
}

function run(options: { jobs?: string; data?: string } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'runtime-'));
  writeFileSync(join(data, 'ranks.tsv'), pageRank());
  const lines: string[] = [];
  const context = {
    print: (text: string) => void lines.push(...text.split('\n')),
    note: (text: string) => expect(text.length).toBeLessThanOrEqual(80),
  };
  runtime({ data, splits: '2', json: true, ...options }, context as Parameters<typeof runtime>[1]);
  return lines;
}

describe('the suite runtime', () => {
  it('measures any job of the form, beside its baselines, in 80 columns', () => {
    const lines = run();
    const json = JSON.parse(lines.pop()!);
    expect(json.jobs.ranks.availability['12']).toBeLessThan(15);
    expect(json.mean.global).toBe(json.jobs.ranks.global);
    expect(json.mean.global).toBeLessThan(json.baselines.ernest.global);
    expect(json.mean.outward).toBe(json.jobs.ranks.outward);
    expect(json.coverage95).toBeGreaterThan(0.7);
    const { global, availability, outward } = json.jobs.ranks.coverage95;
    for (const share of [global, availability['3'], availability['12'], outward]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(Object.keys(availability)).toEqual(Object.keys(json.jobs.ranks.availability));
    expect(json.fitMsAt30).toBeGreaterThan(0);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).toContain('gradient boosting');
  });

  it('says what is wrong with data and names', () => {
    expect(() => run({ jobs: 'sort' })).toThrow(/--jobs: found sort; allowed in .*: ranks/);
    expect(() => run({ data: '/nowhere' })).toThrow(InvalidInputError);
    expect(() => readJobTable('x', 'a\tb\n1\t2')).toThrow(/needed as well: instance_count/);
    expect(() => readJobTable('x', pageRank().replace('1000000', 'many'))).toThrow(
      /x, line 2, links: found "many"/,
    );
    expect(() => readJobTable('x', pageRank().split('\n').slice(0, 7).join('\n'))).toThrow(
      /2 configurations/,
    );
    expect(() => readJobTable('x', pageRank().split('\n').slice(0, 2).join('\n'))).toThrow(
      /1 configurations/,
    );
    const second = (cells: Record<number, string>) =>
      pageRank()
        .split('\n')
        .map((row, i) => (i === 1 ? row.split('\t').map((cell, k) => cells[k] ?? cell) : row.split('\t')))
        .map((row) => row.join('\t'))
        .join('\n');
    for (const [column, cell, what] of [
      [0, '0', /instance_count: found "0"; allowed: a number, more than 0/],
      [0, '-2', /instance_count: found "-2"/],
      [3, 'NaN', /links: found "NaN"/],
      [3, '1e302', /links: found "1e302"/],
      [3, '', /links: found ""/],
      [6, '-5', /gross_runtime: found "-5"; allowed: seconds, more than 0/],
      [6, 'soon', /gross_runtime: found "soon"/],
      [6, '5\t7', /line 2: found 8 cells; allowed: 7/],
    ] as const)
      expect(() => readJobTable('x', second({ [column]: cell })), cell).toThrow(what);
    expect(() => readJobTable('x', pageRank().replace('slots', 'links'))).toThrow(/links twice/);
  });

  it('takes a table of a published name that has none of the published rows', () => {
    expect(readJobTable('sort', pageRank()).runs).toHaveLength(60);
  });

  it('writes its tables and pictures between the marks of a page', () => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    const page = join(folder, 'benchmarks.md');
    writeFileSync(page, 'before\n\n<!-- runtime -->\nold\n<!-- end of runtime -->\nafter\n');
    const table = readJobTable('ranks', pageRank());
    const splits = [globalSplit(table, seededRng('split'))];
    const methods = Object.entries(METHODS).map(([name, method]): [string, MethodScores] => {
      const score = scoreOf(method, table.columns, splits);
      return [name, { global: score, availability: new Map([[12, score]]), outward: null }];
    });
    writeDocs([{ table, methods: new Map(methods) }], 40, 1, page);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^before\n\n<!-- runtime -->\n\n```\n(.|\n)*<!-- end of runtime -->\nafter\n$/);
    expect(text).not.toContain('old');
    expect(text.match(/^\| (Flarepath|Ernest|gradient boosting) +\|/gm)).toHaveLength(3);
    for (const picture of ['runtime-error', 'runtime-coverage']) {
      const svg = readFileSync(join(folder, 'images', `${picture}.svg`), 'utf8');
      expect(svg).toMatch(/^<svg .*xmlns=/);
      expect(svg).not.toContain('NaN');
    }
  });
});

describe('a job table', () => {
  it('takes the commonest machine type and the median of repetitions', () => {
    const table = readJobTable('ranks', pageRank());
    expect(table.machineType).toBe('r4.2xlarge');
    expect(table.runs).toHaveLength(60);
    const first = table.runs[0]!;
    expect(first.runtimeSeconds).toBeCloseTo(20 + (40 * Math.log(100)) / 2, 0);
  });

  it('leaves out what other columns tell, and sees tolerances and shares', () => {
    expect(readJobTable('ranks', pageRank()).columns).toEqual([
      { name: 'instance_count', role: 'cores', scale: 'log', tolerance: false },
      { name: 'links', role: 'volume', scale: 'log', tolerance: false },
      { name: 'convergence_criterion', role: 'parameter', scale: 'log', tolerance: true },
    ]);
    const rows = [0, 0.5, 1].map((share, i) => ({ share, constant: 3, data_size_MB: 10 * i + 10 }));
    expect(
      columnsOf(['share', 'constant', 'data_size_MB'], rows).map(({ name, scale }) => [name, scale]),
    ).toEqual([
      ['share', 'linear'],
      ['data_size_MB', 'log'],
    ]);
  });

  it('splits by chance, and outwards by size', () => {
    const table = readJobTable('ranks', pageRank());
    const split = globalSplit(table, seededRng('split'));
    expect([split.train.length, split.test.length]).toEqual([54, 6]);
    expect(new Set([...split.train, ...split.test]).size).toBe(60);
    const outward = outwardSplit(table)!;
    expect(outward.train.every(({ values }) => values[0]! <= 6 && values[1]! <= 2e6)).toBe(true);
    expect(outward.test.every(({ values }) => values[0]! > 6 && values[1]! > 2e6)).toBe(true);
    expect([outward.train.length, outward.test.length]).toEqual([18, 12]);
  });
});

describe('gradient boosting', () => {
  it('learns steps', () => {
    const inputs = Array.from({ length: 40 }, (_, i) => [i]);
    const model = new GradientBoosting(
      inputs,
      inputs.map(([x = 0]) => (x < 20 ? 1 : 3)),
    );
    expect(model.predict([5])).toBeCloseTo(1, 2);
    expect(model.predict([35])).toBeCloseTo(3, 2);
  });
});
