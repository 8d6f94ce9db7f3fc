import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../bench/explore/explore.ts';
import { readWorkloads } from '../../../bench/explore/read-workloads.ts';
import { consoleContext } from '../../../cli/command-context.ts';

const HEADER = 'workload,instance_type,nodes,total_vcpu,runtime_s_approx,cost_norm';
const SIZES = [
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
] as const;

/** Clusters whose runtime falls with their cores, slower where memory is short. */
function table(): string[] {
  return ['c4', 'm4', 'r4'].flatMap((family, f) =>
    SIZES.flatMap(([size, vcpus]) =>
      [4, 8, 16, 32].map((nodes) => {
        const total = nodes * vcpus;
        const spill = Math.max(1, 400 / (total * [2, 4, 8][f]!));
        const seconds = 120 + (40_000 * spill) / total;
        const cost = (seconds * total * [0.05, 0.055, 0.07][f]!) / 3600;
        return ['sort', `${family}.${size}`, nodes, total, seconds.toFixed(2), cost.toFixed(5)].join(',');
      }),
    ),
  );
}

function folderOf(rows: readonly string[]): string {
  const data = mkdtempSync(join(tmpdir(), 'explore-'));
  writeFileSync(join(data, 'scout.csv'), rows.join('\n'));
  return data;
}

describe('the suite explore', () => {
  it('finds a cheap cluster in far fewer tries than chance does', () => {
    const lines: string[] = [];
    explore(
      { data: folderOf([HEADER, ...table()]), repeats: '3', json: true },
      { ...consoleContext, print: (line) => lines.push(line), note: () => undefined },
    );
    const { strategies } = JSON.parse(lines.pop()!);
    expect(strategies.flarepath.triesMean).toBeLessThan(0.6 * strategies.random.triesMean);
    expect(strategies.flarepath.searchCost).toBeLessThan(strategies.random.searchCost);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says what is wrong with a table, and where', () => {
    const read = (rows: readonly string[]) => () => readWorkloads(folderOf(rows));
    expect(() => readWorkloads('/nowhere')).toThrow(/scout\.csv/);
    expect(read(['workload,nodes', 'a,1'])).toThrow(/needed as well: instance_type/);
    expect(read([HEADER, ...table().slice(0, 3)])).toThrow(/found 3 runs of sort; needed: 10/);
    expect(read([HEADER, 'sort,c4.large,4,8,-3,1'])).toThrow(/line 2, runtime_s_approx: found "-3"/);
    expect(read([HEADER, 'sort,c4.large,4,8,NaN,1'])).toThrow(/found "NaN"/);
    expect(read([HEADER, 'sort,x9.large,4,8,3,1'])).toThrow(/instance_type: found "x9.large"/);
  });
});
