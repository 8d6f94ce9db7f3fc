import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, instanceTypeByName } from '../../../core/market/catalogue.ts';
import { HistoryFileError } from '../../../core/runtime-model/history-file-error.ts';
import { readHistory } from '../../../core/runtime-model/read-history.ts';
import { BYTES_PER_MIB } from '../../../core/units.ts';

const options = {
  file: 'past.csv',
  instanceTypeByName,
  knownInstanceTypes: CATALOGUE.map(({ name }) => name),
};
const HEADER = 'instance_count,machine_type,data_size_MB,gross_runtime';

function faultsOf(text: string): HistoryFileError['faults'] {
  try {
    readHistory(text, options);
  } catch (error) {
    if (error instanceof HistoryFileError) return error.faults;
    throw error;
  }
  throw new Error('the file was read without a fault');
}

describe('a history file', () => {
  it('is read from commas, tabs or semicolons, with quotes, a byte-order mark and Windows line ends', () => {
    const expected = readHistory(`${HEADER}\n4,m5.2xlarge,10240,600\n`, options).runs;
    expect(expected).toEqual([
      {
        at: null,
        inputBytes: 10_240 * BYTES_PER_MIB,
        cores: 32,
        nodes: 4,
        memoryMib: 4 * 32_768,
        coreSpeed: instanceTypeByName('m5.2xlarge')?.coreSpeed,
        runtimeSeconds: 600,
        weight: 1,
      },
    ]);
    const variants = [
      `${HEADER}\n4,m5.2xlarge,10240,600`.replaceAll(',', '\t'),
      `${HEADER}\n4,m5.2xlarge,10240,600\n\n`.replaceAll(',', ';'),
      `\uFEFF${HEADER}\r\n4,"m5.2xlarge","10240",600\r\n`,
    ];
    for (const text of variants) expect(readHistory(text, options).runs).toEqual(expected);
  });

  it('may name its columns otherwise', () => {
    const text = 'nodes,type,mb,seconds\n2,c5.xlarge,100,60\n';
    const columns = {
      instanceCount: 'nodes',
      instanceType: 'type',
      dataSizeMb: 'mb',
      runtimeSeconds: 'seconds',
    };
    expect(readHistory(text, { ...options, columns }).runs[0]?.runtimeSeconds).toBe(60);
  });

  describe('with dates', () => {
    const dated = (at: string, column = 'started_at') =>
      `${HEADER},${column}\n4,m5.2xlarge,10240,600,${at}\n`;

    it('has them as instants, and empty cells as undated runs', () => {
      const atOf = (at: string) => readHistory(dated(at), options).runs[0]?.at;
      expect(atOf('2026-01-05T02:00:00Z')).toBe('2026-01-05T02:00:00.000Z');
      expect(atOf('2026-01-05T02:00:00+01:00')).toBe('2026-01-05T01:00:00.000Z');
      expect(atOf('2026-01-05')).toBe('2026-01-05T00:00:00.000Z');
      expect(atOf('')).toBeNull();
      expect(readHistory(dated('2026-01-05'), options).notes.join(' ')).not.toMatch(/started_at/);
    });

    it('may name the column, which must then be there', () => {
      const named = { ...options, columns: { at: 'date' } };
      expect(readHistory(dated('2026-01-05', 'date'), named).runs[0]?.at).toBe('2026-01-05T00:00:00.000Z');
      expect(() => readHistory(dated('2026-01-05'), named)).toThrow(/a column named date/);
    });

    it.each(['yesterday', '05.01.2026', '2026-01-05T02:00:00', '2026-02-30'])('refuses %s', (at) => {
      expect(faultsOf(dated(at))).toMatchObject([
        { line: 2, column: 5, field: 'started_at', found: `"${at}"` },
      ]);
    });
  });

  it('says which columns it does not use, and that one run is thin', () => {
    const { notes } = readHistory(`${HEADER},iterations,note\n4,m5.2xlarge,10240,600,5,hello\n`, options);
    expect(notes.join('\n')).toMatch(/numeric: iterations/);
    expect(notes.join('\n')).toMatch(/Not used: note/);
    expect(notes.join('\n')).toMatch(/One run only/);
  });

  it('is refused when empty, or with a header and nothing else', () => {
    expect(faultsOf('')[0]).toMatchObject({ file: 'past.csv', line: 1, found: 'an empty file' });
    expect(faultsOf('\n\n')[0]?.found).toBe('an empty file');
    expect(faultsOf(`${HEADER}\n`)[0]?.found).toBe('a header and no run');
  });

  it('names every missing column at once', () => {
    expect(faultsOf('instance_count,type\n1,m5.large\n').map(({ field }) => field)).toEqual([
      'machine_type',
      'data_size_MB',
      'gross_runtime',
    ]);
  });

  it('names line, column, what was found and what is allowed for every bad cell', () => {
    const faults = faultsOf(
      [HEADER, '4,m5.2xlarge,10240,600', '0,m5.2xlarge,-5,600', '4,m5.2xlrage,NaN,', '2.5,m5.xlarge'].join(
        '\n',
      ),
    );
    expect(faults.map(({ line, column, field, found }) => [line, column, field, found])).toEqual([
      [3, 1, 'instance_count', '"0"'],
      [3, 3, 'data_size_MB', '"-5"'],
      [4, 3, 'data_size_MB', '"NaN"'],
      [4, 4, 'gross_runtime', 'nothing'],
      [4, 2, 'machine_type', '"m5.2xlrage"'],
      [5, 1, 'instance_count', '"2.5"'],
      [5, 3, 'data_size_MB', 'a line that ends before this column'],
      [5, 4, 'gross_runtime', 'a line that ends before this column'],
    ]);
    expect(faults[4]?.allowed).toContain('m5.2xlarge');
  });

  it('refuses numbers that no run has, and such as are not decimal', () => {
    const rows = ['1e6,m5.2xlarge,1e300,600', '4,m5.2xlarge,10240,1e12', '4,m5.2xlarge,0x10,600'];
    expect(faultsOf([HEADER, ...rows].join('\n')).map(({ found }) => found)).toEqual([
      '"1e6"',
      '"1e300"',
      '"1e12"',
      '"0x10"',
    ]);
  });

  it('shows twenty faults and counts the rest', () => {
    const text = [HEADER, ...Array.from({ length: 30 }, () => '4,m5.2xlarge,-1,600')].join('\n');
    expect(() => readHistory(text, options)).toThrow(/and 10 more$/);
    expect(faultsOf(text)).toHaveLength(20);
  });

  const c3o = new URL('../../../../shared/data/runtime/c3o', import.meta.url).pathname;
  it.skipIf(!existsSync(c3o))('of the public Spark run times is read whole', () => {
    for (const [name, count] of [
      ['sort', 630],
      ['grep', 810],
      ['sgd', 900],
    ] as const) {
      expect(readHistory(readFileSync(`${c3o}/${name}.tsv`, 'utf8'), options).runs).toHaveLength(count);
    }
  });
});
