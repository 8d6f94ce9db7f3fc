import { InvalidInputError } from '../../core/errors.ts';
import { sampleQuantile } from '../../core/numerics/quantiles.ts';
import { sniffDelimiter, splitTable } from '../../core/runtime-model/split-table.ts';
import type { SurfaceRun } from '../../core/runtime-model/surface/surface-column.ts';
import { columnsOf, type RuntimeColumn } from './columns.ts';

const COUNT = 'instance_count';
const TYPE = 'machine_type';
const RUNTIME = 'gross_runtime';
const FEWEST_CONFIGURATIONS = 5;
/** Sums of squares of whatever is smaller stay numbers. */
const MOST = 1e18;

/** The published protocol's choice of rows, where it is more than one machine type. */
const PUBLISHED_ROWS: Readonly<Record<string, (row: Row) => boolean>> = {
  sort: (row) => row['line_length'] === 100,
  sgd: (row) => (row[COUNT] ?? 0) > 2,
  kmeans: (row) => (row[COUNT] ?? 0) > 2,
};

type Row = Readonly<Record<string, number>>;

/** A job's runs on one machine type: a configuration each, the runtime being the median of its repetitions. */
export interface JobTable {
  readonly name: string;
  readonly machineType: string;
  readonly columns: readonly RuntimeColumn[];
  readonly runs: readonly SurfaceRun[];
}

/**
 * Reads a table of repeated runs.
 *
 * @param name  of the job: the file's, without its ending
 * @param text  delimited, with a header: instance_count, machine_type, gross_runtime (s), any numeric parameters
 * @throws InvalidInputError  for a column that is missing, a cell that is not a number, or too few configurations
 */
export function readJobTable(name: string, text: string): JobTable {
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  const [header, ...lines] = splitTable(text, sniffDelimiter(firstLine));
  const names = header?.cells ?? [];
  const missing = [COUNT, TYPE, RUNTIME].filter((column) => !names.includes(column));
  const twice = names.find((column, k) => names.indexOf(column) !== k);
  if (twice !== undefined) {
    throw new InvalidInputError(`${name}: found the column ${twice} twice; allowed: each name once.`);
  }
  if (missing.length > 0) {
    throw new InvalidInputError(
      `${name}: found the columns ${names.join(', ') || '(none)'}; needed as well: ${missing.join(', ')}.`,
    );
  }
  const rows = lines.map(({ line, cells }) => ({
    type: cells[names.indexOf(TYPE)] ?? '',
    row: numbersOf(name, line, names, cells),
  }));
  const machineType = mostFrequent(rows.map(({ type }) => type));
  const chosen = rows.filter(({ type }) => type === machineType).map(({ row }) => row);
  const inputs = names.filter((column) => column !== TYPE && column !== RUNTIME);
  // another table of that name need not have the rows that were published
  const published = medians(chosen.filter(PUBLISHED_ROWS[name] ?? (() => true)), inputs);
  const configurations = published.length < FEWEST_CONFIGURATIONS ? medians(chosen, inputs) : published;
  if (configurations.length < FEWEST_CONFIGURATIONS) {
    throw new InvalidInputError(
      `${name}: found ${configurations.length} configurations on ${machineType}; needed: ${FEWEST_CONFIGURATIONS} or more.`,
    );
  }
  const columns = columnsOf(inputs, configurations);
  const runs = configurations.map((row) => ({
    values: columns.map((column) => row[column.name] ?? 0),
    runtimeSeconds: row[RUNTIME] ?? 0,
    weight: 1,
  }));
  return { name, machineType, columns, runs };
}

function numbersOf(name: string, line: number, names: readonly string[], cells: readonly string[]): Row {
  if (cells.length !== names.length) {
    throw new InvalidInputError(
      `${name}, line ${line}: found ${cells.length} cells; allowed: ${names.length}, one for each column of the header.`,
    );
  }
  const entries = names
    .map((column, k) => ({ column, cell: cells[k] ?? '' }))
    .filter(({ column }) => column !== TYPE)
    .map(({ column, cell }): [string, number] => {
      const value = cell === '' ? Number.NaN : Number(cell);
      const positive = column === RUNTIME || column === COUNT;
      const size = Math.abs(value);
      if (size <= MOST && (value > 0 || !positive)) return [column, value];
      const what = column === RUNTIME ? 'seconds' : 'a number';
      const allowed = `${what}, ${positive ? 'more than 0' : `${-MOST} or more`} and at most ${MOST}`;
      throw new InvalidInputError(`${name}, line ${line}, ${column}: found "${cell}"; allowed: ${allowed}.`);
    });
  return Object.fromEntries(entries);
}

/** The most frequent name; of several, the first in the alphabet. */
function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted[0]?.[0] ?? '';
}

function medians(rows: readonly Row[], inputs: readonly string[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = inputs.map((column) => row[column]).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const seconds = group.map((row) => row[RUNTIME] ?? 0).sort((a, b) => a - b);
    return { ...group[0], [RUNTIME]: sampleQuantile(seconds, 0.5) };
  });
}
