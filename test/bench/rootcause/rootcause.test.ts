import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RootCauseOptions } from '../../../bench/rootcause/options.ts';
import { readScenarios } from '../../../bench/rootcause/read-petshop.ts';
import { readRateCases } from '../../../bench/rootcause/read-rs.ts';
import { readValueCases } from '../../../bench/rootcause/read-riskloc.ts';
import { rootCause } from '../../../bench/rootcause/rootcause.ts';
import { consoleContext } from '../../../cli/command-context.ts';

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const data = mkdtempSync(join(tmpdir(), 'rootcause-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(data, name)), { recursive: true });
    writeFileSync(join(data, name), content);
  }
  return data;
}

function run(set: RootCauseOptions['set'], data: string) {
  const lines: string[] = [];
  rootCause(
    { set, data, json: true },
    { ...consoleContext, print: (line) => lines.push(line), note: () => undefined },
  );
  const json = JSON.parse(lines.pop()!);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  return json;
}

/** A minute a line: zone b fails at 300, in all types. */
const MINUTES = [0, 60, 120, 180, 240, 300].flatMap((at) =>
  ['a', 'b'].flatMap((zone) =>
    ['m5', 'c5'].map((type) => [at, zone, type, at === 300 && zone === 'b' ? 60 : 4, 200].join()),
  ),
);
const RATES = {
  'anomaly.yaml': "- data: night 1\n  timestamp: 300\n  cause: {'zone': b}\n",
  'night 1.csv': ['min,zone,type,value,cnt', ...MINUTES].join('\n'),
};

const VALUES = Array.from({ length: 60 }, (_, i) => {
  const predict = 50 + ((i * 37) % 41);
  const real = i === 17 ? predict / 3 : predict * (i % 2 === 0 ? 1.02 : 0.98);
  return `a${i % 6},b${Math.floor(i / 6)},${real},${predict}`;
});
const TABLES = {
  'injection_info.csv': 'timestamp,set,noise\n1001,b=b2&a=a5,0.1\n',
  '1001.csv.gz': gzipSync(['a,b,real,predict', ...VALUES].join('\n')),
};

/** A site that calls a search, which calls a database. */
const SERVICES = ['site', 'search', 'database'];
function metrics(from: number, points: number, slow: (service: string, i: number) => number): string {
  const columns = SERVICES.flatMap((service) => [
    [service, 'latency', 'Average'],
    [service, 'requests', 'Sum'],
  ]);
  const headings = ['microservice', 'metric', 'statistic'].map((name, i) =>
    [name, ...columns.map((column) => column[i])].join(),
  );
  const lines = Array.from({ length: points }, (_, i) => {
    const cells = columns.map(([service, metric], c) =>
      metric === 'requests' ? 100 : (1 + 0.1 * Math.sin(i * (1 + c) * 1.7)) * slow(service!, i),
    );
    return [from + 300 * i, ...cells].join();
  });
  return [...headings, `unix_timestamp${','.repeat(columns.length)}`, ...lines].join('\n');
}
const TARGET = {
  target: { node: 'site', metric: 'latency', agg: 'Average', timestamp: 900_500 },
  root_cause: { node: 'database', metric: null },
};
const SHOP = {
  'petshop/quiet/graph.csv': ',site,search,database\nsite,0,1,0\nsearch,0,0,1\ndatabase,0,0,0\n',
  'petshop/quiet/noissue/metrics.csv': metrics(0, 300, () => 1),
  'petshop/quiet/test/issue_0/metrics.csv': metrics(900_000, 5, (_, i) => (i < 2 ? 1 : 3)),
  'petshop/quiet/test/issue_0/target.json': JSON.stringify(TARGET),
};

describe('the suite rootcause', () => {
  it('names what is wrong, beside Adtributor and a naive way', () => {
    const rs = run('rs', folderOf(RATES));
    expect(rs).toMatchObject({ suite: 'rootcause', set: 'rs', cases: 1, f1: 1, heldOutF1: null });
    expect(rs.adtributor.f1).toBeGreaterThan(0);
    const tables = run('riskloc-l', folderOf(TABLES));
    expect(tables).toMatchObject({ set: 'riskloc-l', cases: 1, f1: 1, naive: { f1: 0 } });
  });

  it('names the service that is slow by itself, and nothing in quiet times', () => {
    const shop = run('petshop', folderOf(SHOP));
    expect(shop).toMatchObject({ set: 'petshop', cases: 1, top1: 1, top3: 1 });
    expect(shop.specificity).toBeGreaterThanOrEqual(0.9);
    expect(shop.normalWindows).toBe(100);
  });

  it('says what is wrong with services, and where', () => {
    const read = (files: Partial<typeof SHOP>) => () => readScenarios(folderOf({ ...SHOP, ...files }));
    const issue = 'petshop/quiet/test/issue_0';
    expect(() => readScenarios('/nowhere')).toThrow(/found no folder in/);
    expect(() => readScenarios(folderOf(RATES))).toThrow(/found no folder with graph\.csv/);
    expect(read({ 'petshop/quiet/graph.csv': ',site\nsite,x' })).toThrow(/graph\.csv, line 2/);
    expect(read({ 'petshop/quiet/noissue/metrics.csv': 'service,a\n' })).toThrow(/line 1: found "service"/);
    expect(read({ [`${issue}/target.json`]: '{' })).toThrow(/target\.json/);
    expect(read({ [`${issue}/target.json`]: '{"target": {"metric": "colour"}}' })).toThrow(/latency/);
    const late = { ...TARGET, target: { ...TARGET.target, timestamp: 2e9 } };
    const data = folderOf({ ...SHOP, [`${issue}/target.json`]: JSON.stringify(late) });
    expect(() => run('petshop', data)).toThrow(/found no measurement at 2000000000 or later/);
    const odd = SHOP[`${issue}/metrics.csv`].replace(/\n900000,[^,]*/, '\n900000,slow');
    expect(read({ [`${issue}/metrics.csv`]: odd })).toThrow(/line 5: found "slow"/);
  });

  it('says what is wrong with counts, and where', () => {
    const read = (files: Partial<typeof RATES>) => () => readRateCases(folderOf({ ...RATES, ...files }));
    expect(() => readRateCases('/nowhere')).toThrow(/found no anomaly\.yaml in/);
    expect(read({ 'anomaly.yaml': '- data: [' })).toThrow(/anomaly\.yaml/);
    expect(read({ 'anomaly.yaml': '- data: x\n  timestamp: 1\n' })).toThrow(/cause/);
    expect(read({ 'anomaly.yaml': '- {data: gone, timestamp: 1, cause: {zone: b}}' })).toThrow(/gone\.csv/);
    expect(read({ 'anomaly.yaml': '- {data: night 1, timestamp: 7, cause: {zone: b}}' })).toThrow(
      /found no line at 7/,
    );
    expect(read({ 'night 1.csv': 'min,zone,value\n1,b,2' })).toThrow(/needed, once each: min, value, cnt/);
    expect(read({ 'night 1.csv': 'min,zone,value,cnt\n300,b,-2,9' })).toThrow(/line 2, value: found "-2"/);
    expect(read({ 'night 1.csv': 'min,zone,value,cnt\n300,b,2' })).toThrow(
      /line 2: found 3 cells; needed: 4/,
    );
  });

  it('says what is wrong with tables of values, and where', () => {
    const read = (files: Partial<Record<keyof typeof TABLES, string | Uint8Array>>) => () =>
      readValueCases(folderOf({ ...TABLES, ...files }));
    expect(read({ 'injection_info.csv': 'timestamp,set\n1001,nonsense' })).toThrow(
      /line 2, set: found "nonsense"/,
    );
    expect(read({ 'injection_info.csv': 'timestamp,set\n' })).toThrow(/found no case/);
    expect(read({ 'injection_info.csv': 'timestamp,set\n77,a=a1' })).toThrow(/77\.csv/);
    expect(read({ '1001.csv.gz': 'no gzip' })).toThrow(/1001\.csv\.gz: found no gzip/);
    expect(read({ '1001.csv.gz': gzipSync('a,real,predict\na1,x,1') })).toThrow(/real: found "x"/);
  });
});
