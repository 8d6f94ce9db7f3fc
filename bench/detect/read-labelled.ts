import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';

/** A stretch of a series that its labels call odd, by index, both ends included. */
export interface LabelledWindow {
  readonly first: number;
  readonly last: number;
}

/** One file of the benchmark. */
export interface LabelledSeries {
  /** as the labels name it: `category/file.csv` */
  readonly name: string;
  readonly category: string;
  /** as they stand in the file */
  readonly atSeconds: readonly number[];
  /** NaN where nothing is known */
  readonly values: readonly number[];
  readonly windows: readonly LabelledWindow[];
}

const PLACES = ['.', 'nab', join('series', 'nab')];
const LABELS = join('labels', 'combined_windows.json');
const Labels = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
/** Clocks are set back by an hour, once a year; more than that is a file out of order. */
const CLOCK_CHANGE_SECONDS = 3600;
const FORM = 'Form: docs/benchmarks.md.';

/**
 * Series and label windows of NAB's form: `labels/combined_windows.json`, and below `data/` a CSV with the columns
 * timestamp and value for each name in it.
 *
 * @param folder  holds both, or holds them below nab/ or series/nab/
 * @throws InvalidInputError  with what was found and what is allowed
 */
export function readLabelled(folder: string): LabelledSeries[] {
  const place = PLACES.map((below) => join(folder, below)).find((each) => existsSync(join(each, LABELS)));
  if (place === undefined) {
    throw new InvalidInputError(
      `--data: found no ${LABELS} in "${folder}" nor below it in ${PLACES.slice(1).join(', ')}. ${FORM}`,
    );
  }
  const labels = labelsOf(join(place, LABELS));
  if (labels.every(([, windows]) => windows.length === 0)) {
    throw new InvalidInputError(
      `${join(place, LABELS)}: found no window; allowed: at least one, since a score is a share of what they are worth.`,
    );
  }
  return labels.map(([name, windows]) => seriesOf(join(place, 'data', name), name, windows));
}

function labelsOf(file: string): [string, [string, string][]][] {
  let json: unknown;
  try {
    json = JSON.parse(readTextFile(file, 'the labels of the series'));
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError(`${file}: found no JSON (${String(error)}). ${FORM}`);
  }
  const labels = Labels.safeParse(json);
  if (!labels.success) {
    throw new InvalidInputError(`${file}: ${z.prettifyError(labels.error)}. ${FORM}`);
  }
  return Object.entries(labels.data);
}

function seriesOf(
  file: string,
  name: string,
  limits: readonly (readonly [string, string])[],
): LabelledSeries {
  const [header = '', ...lines] = readTextFile(file, 'a CSV that the labels name').trim().split(/\r?\n/);
  const columns = cellsOf(header);
  const [time, value] = [columns.indexOf('timestamp'), columns.indexOf('value')];
  if (time < 0 || value < 0) {
    throw new InvalidInputError(`${file}, line 1: found "${header}"; allowed: columns timestamp and value.`);
  }
  const rows = lines.map((line, i) => rowOf(cellsOf(line), { time, value }, `${file}, line ${i + 2}`));
  if (rows.length === 0) {
    throw new InvalidInputError(`${file}: found no rows; allowed: a header, then one row a point.`);
  }
  checkOrder(
    rows.map(({ atSeconds }) => atSeconds),
    file,
  );
  const atSeconds = rows.map((row) => row.atSeconds);
  return {
    name,
    category: name.includes('/') ? name.slice(0, name.indexOf('/')) : name,
    atSeconds,
    values: rows.map((row) => row.value),
    windows: windowsOf(limits, atSeconds, name),
  };
}

function checkOrder(atSeconds: readonly number[], file: string): void {
  let latest = -Infinity;
  atSeconds.forEach((at, i) => {
    latest = Math.max(latest, at);
    if (latest - at <= CLOCK_CHANGE_SECONDS) return;
    throw new InvalidInputError(
      `${file}, line ${i + 2}: found a time ${latest - at} s before one above it; allowed: times in order, but for a clock that is set back by an hour. Sort the file.`,
    );
  });
}

function windowsOf(
  limits: readonly (readonly [string, string])[],
  atSeconds: readonly number[],
  name: string,
): LabelledWindow[] {
  const windows = limits.map(([start, end]) => {
    const [first, last] = [start, end].map((limit) => atSeconds.indexOf(secondsOf(limit)));
    if (first === undefined || last === undefined || first < 0 || last <= first) {
      throw new InvalidInputError(
        `${LABELS}, "${name}": found the window ${start} to ${end}; allowed: times of two of the file's points, the later one second.`,
      );
    }
    return { first, last };
  });
  windows.forEach(({ first }, i) => {
    if (first <= (windows[i - 1]?.last ?? -1)) {
      throw new InvalidInputError(
        `${LABELS}, "${name}": window ${i + 1} begins before the one above ends; allowed: windows in order, none within another.`,
      );
    }
  });
  return windows;
}

function rowOf(
  cells: readonly string[],
  { time, value }: { time: number; value: number },
  where: string,
): { atSeconds: number; value: number } {
  const atSeconds = secondsOf(cells[time] ?? '');
  if (Number.isNaN(atSeconds)) {
    throw new InvalidInputError(
      `${where}: found the time "${cells[time] ?? ''}"; allowed: such as 2014-04-01 00:05:00.`,
    );
  }
  const text = cells[value] ?? '';
  const known = !/^(|nan|na|null)$/i.test(text);
  const number = known ? Number(text) : NaN;
  if (known && !Number.isFinite(number)) {
    throw new InvalidInputError(
      `${where}: found the value "${text}"; allowed: a number, or nothing for a gap.`,
    );
  }
  return { atSeconds, value: number };
}

/** Whole seconds: labels carry fractions that files lack. NaN when it is no time. */
function secondsOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`) / 1000;
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replaceAll('"', ''));
}
