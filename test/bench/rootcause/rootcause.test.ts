import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRateCases } from '../../../bench/rootcause/read-rs.ts';
import { readValueCases } from '../../../bench/rootcause/read-riskloc.ts';
import { rootCause } from '../../../bench/rootcause/rootcause.ts';
import { consoleContext } from '../../../cli/command-context.ts';

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const data = mkdtempSync(join(tmpdir(), 'rootcause-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(data, name), content);
  return data;
}

function run(set: 'rs' | 'riskloc-l', data: string) {
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

describe('the suite rootcause', () => {
  it('names what is wrong, beside Adtributor and a naive way', () => {
    const rs = run('rs', folderOf(RATES));
    expect(rs).toMatchObject({ suite: 'rootcause', set: 'rs', cases: 1, f1: 1, heldOutF1: null });
    expect(rs.adtributor.f1).toBeGreaterThan(0);
    const tables = run('riskloc-l', folderOf(TABLES));
    expect(tables).toMatchObject({ set: 'riskloc-l', cases: 1, f1: 1, naive: { f1: 0 } });
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
