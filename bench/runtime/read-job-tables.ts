import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { readJobTable, type JobTable } from './job-table.ts';

/**
 * The jobs of a folder of data, by name.
 *
 * @param data  holds `runtime/c3o/*.tsv`, or the tables themselves
 * @param only  names to read; all when null
 * @throws InvalidInputError  when there is no such folder or job, or a table cannot be used
 */
export function readJobTables(data: string, only: readonly string[] | null): JobTable[] {
  const folder = [join(data, 'runtime', 'c3o'), data].find((path) => tablesIn(path).length > 0);
  if (folder === undefined) {
    throw new InvalidInputError(
      `--data: found no .tsv in ${data} nor in its runtime/c3o; allowed: a folder that has some.`,
    );
  }
  const files = tablesIn(folder);
  const names = files.map((file) => basename(file, '.tsv'));
  const unknown = (only ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new InvalidInputError(
      `--jobs: found ${unknown.join(', ')}; allowed in ${folder}: ${names.join(', ')}.`,
    );
  }
  return names
    .filter((name) => only === null || only.includes(name))
    .map((name) => readJobTable(name, readFileSync(join(folder, `${name}.tsv`), 'utf8')));
}

function tablesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.tsv'))
    .sort();
}
