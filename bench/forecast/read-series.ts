import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';

/** One series and what followed it; NaN where nothing is known. */
export interface TestedSeries {
  readonly id: string;
  readonly known: readonly number[];
  readonly following: readonly number[];
}

const PLACES = ['.', 'series', 'm4-hourly', join('series', 'm4-hourly')];
const TRAIN_FILE = /^(.*)train\.csv$/i;
/** What forecasts are made for: squares of sizes, and their ratios, stay numbers. */
const LEAST_SIZE = 1e-9;
const MOST_SIZE = 1e18;

/**
 * Series of the M4 competition's form: `*train.csv` and `*test.csv`, a header, then a row for each series: its
 * name and its values at equal steps. Rows end where a series ends; an empty cell or NA between values is a gap.
 *
 * @param folder  holds pairs of files, or holds them below series/, m4-hourly/ or series/m4-hourly/
 * @throws InvalidInputError  with what was found and what is allowed
 */
export function readSeries(folder: string): TestedSeries[] {
  const seriesById = new Map<string, { train: string; series: TestedSeries }>();
  for (const pair of pairsIn(folder)) {
    for (const series of seriesOf(pair)) {
      const other = seriesById.get(series.id);
      if (other !== undefined) {
        throw new InvalidInputError(
          `Series "${series.id}": found in ${basename(other.train)} and in ${basename(pair.train)}; allowed: one series of a name in ${folder}.`,
        );
      }
      seriesById.set(series.id, { train: pair.train, series });
    }
  }
  return [...seriesById.values()].map(({ series }) => series);
}

interface Pair {
  readonly train: string;
  readonly test: string;
}

function seriesOf({ train, test }: Pair): TestedSeries[] {
  const following = rowsOf(test);
  return [...rowsOf(train)].map(([id, known]) => {
    const after = following.get(id);
    if (after === undefined) {
      throw new InvalidInputError(
        `${test}: found no row of series "${id}", which ${train} has; allowed: a row with at least one value each.`,
      );
    }
    return { id, known, following: after };
  });
}

function pairsIn(folder: string): Pair[] {
  for (const place of PLACES.map((below) => join(folder, below))) {
    const files = existsSync(place) ? readdirSync(place).sort() : [];
    const pairs = files.flatMap((train) => {
      const stem = TRAIN_FILE.exec(train)?.[1];
      const test = files.find((file) => file.toLowerCase() === `${stem ?? ''}test.csv`.toLowerCase());
      return stem === undefined || test === undefined
        ? []
        : [{ train: join(place, train), test: join(place, test) }];
    });
    if (pairs.length > 0) return pairs;
  }
  throw new InvalidInputError(
    `--data: found no pair NAME-train.csv and NAME-test.csv in "${folder}" nor below it in ` +
      `${PLACES.slice(1).join(', ')}. Form: docs/benchmarks.md.`,
  );
}

function rowsOf(file: string): Map<string, number[]> {
  const lines = readTextFile(file, 'a CSV of series').trim().split(/\r?\n/);
  checkHeader(file, lines[0] ?? '');
  const rows = new Map<string, number[]>();
  lines.slice(1).forEach((line, i) => {
    const [id = '', ...cells] = cellsOf(line);
    const where = `${file}, line ${i + 2}`;
    const values = cells.map((cell, column) => valueOf(cell, `${where}, column ${column + 2}`));
    while (values.length > 0 && Number.isNaN(values.at(-1))) values.pop();
    if (rows.has(id)) {
      throw new InvalidInputError(`${where}: found "${id}" again; allowed: one row a series.`);
    }
    if (values.length === 0) {
      throw new InvalidInputError(
        `${where}: found no value of series "${id}", only gaps; allowed: at least one number. Leave the row out of both files.`,
      );
    }
    rows.set(id, values);
  });
  if (rows.size === 0) {
    throw new InvalidInputError(`${file}: found no series; allowed: a header, then a row for each series.`);
  }
  return rows;
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replaceAll('"', ''));
}

/** Without a header the first series would be taken for it. A header may count its columns. */
function checkHeader(file: string, line: string): void {
  const [first = '', ...cells] = cellsOf(line);
  const numbers = cells.map((cell) => (cell === '' ? NaN : Number(cell)));
  const counted = numbers.every((value, i) => value === i + (numbers[0] ?? 0)) && /^(|id|name)$/i.test(first);
  if (counted || !numbers.some(Number.isFinite)) return;
  throw new InvalidInputError(
    `${file}, line 1: found values of "${first}" where the header should be; allowed: a line of column names first, such as id,V1,V2.`,
  );
}

function valueOf(cell: string, where: string): number {
  if (cell === '' || cell === 'NA') return NaN;
  const value = Number(cell);
  const size = Math.abs(value);
  if (value === 0 || (size >= LEAST_SIZE && size <= MOST_SIZE)) return value;
  const allowed = Number.isFinite(value)
    ? `0, or a size between ${LEAST_SIZE} and ${MOST_SIZE}: use a larger or smaller unit`
    : 'a number, or nothing for a gap';
  throw new InvalidInputError(`${where}: found "${cell}"; allowed: ${allowed}.`);
}
