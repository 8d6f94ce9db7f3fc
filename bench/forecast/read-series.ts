import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * Series of the M4 competition's form: `*train.csv` and `*test.csv`, a header, then a row for each series: its
 * name and its values at equal steps. Rows end where a series ends; an empty cell or NA between values is a gap.
 *
 * @param folder  holds the two files, or holds them below series/, m4-hourly/ or series/m4-hourly/
 * @throws InvalidInputError  with what was found and what is allowed
 */
export function readSeries(folder: string): TestedSeries[] {
  const { train, test } = filesIn(folder);
  const following = rowsOf(test);
  const series = [...rowsOf(train)].map(([id, known]) => ({ id, known, following: following.get(id) ?? [] }));
  for (const { id, following: after } of series) {
    if (after.length > 0) continue;
    throw new InvalidInputError(
      `${test}: no values of series "${id}", which ${train} has; allowed: a row with at least one value each.`,
    );
  }
  return series;
}

function filesIn(folder: string): { train: string; test: string } {
  for (const place of PLACES.map((below) => join(folder, below))) {
    const files = existsSync(place) ? readdirSync(place) : [];
    for (const train of files) {
      const stem = TRAIN_FILE.exec(train)?.[1];
      const test = files.find((file) => file.toLowerCase() === `${stem ?? ''}test.csv`.toLowerCase());
      if (stem !== undefined && test !== undefined)
        return { train: join(place, train), test: join(place, test) };
    }
  }
  throw new InvalidInputError(
    `--data: found no pair NAME-train.csv and NAME-test.csv in "${folder}" nor below it in ` +
      `${PLACES.slice(1).join(', ')}. Form: docs/benchmarks.md.`,
  );
}

function rowsOf(file: string): Map<string, number[]> {
  const lines = readTextFile(file, 'a CSV of series').trim().split(/\r?\n/);
  const rows = new Map<string, number[]>();
  lines.slice(1).forEach((line, i) => {
    const [id = '', ...cells] = line.split(',').map((cell) => cell.trim().replaceAll('"', ''));
    const values = cells.map((cell, column) => valueOf(cell, `${file}, line ${i + 2}, column ${column + 2}`));
    while (values.length > 0 && Number.isNaN(values.at(-1))) values.pop();
    if (rows.has(id)) {
      throw new InvalidInputError(`${file}, line ${i + 2}: found "${id}" again; allowed: one row a series.`);
    }
    if (values.length > 0) rows.set(id, values);
  });
  if (rows.size === 0) {
    throw new InvalidInputError(`${file}: found no series; allowed: a header, then a row for each series.`);
  }
  return rows;
}

function valueOf(cell: string, where: string): number {
  if (cell === '' || cell === 'NA') return NaN;
  const value = Number(cell);
  if (Number.isFinite(value)) return value;
  throw new InvalidInputError(`${where}: found "${cell}"; allowed: a number, or nothing for a gap.`);
}
