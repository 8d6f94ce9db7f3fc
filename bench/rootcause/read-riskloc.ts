import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { elementName } from '../../core/incidents/root-cause/leaf-table.ts';
import type { ValueRow } from '../../core/incidents/root-cause/scan-values.ts';
import { setFolder } from './data-folder.ts';
import { namedTable } from './read-table.ts';

/** A table of real and predicted values, and the causes that were put in. */
export interface ValueCase {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly rows: readonly ValueRow[];
  readonly causes: readonly string[];
}

const INDEX = 'injection_info.csv';
const [NAME, CAUSES] = ['timestamp', 'set'] as const;
const [ACTUAL, EXPECTED] = ['real', 'predict'] as const;

/** @throws InvalidInputError  when there is no such set, or something in it cannot be used */
export function readValueCases(data: string): ValueCase[] {
  const folder = setFolder(data, 'riskloc-l', INDEX);
  const file = join(folder, INDEX);
  const { lines } = namedTable(file, readTextFile(file, 'the list of cases'), [NAME, CAUSES]);
  if (lines.length === 0) throw new InvalidInputError(`${file}: found no case; needed: one or more.`);
  return lines.map((line) => {
    const causes = line
      .text(CAUSES)
      .split(';')
      .map((cause) => causeName(line.where, cause));
    const table = join(folder, `${line.text(NAME)}.csv`);
    return { name: line.text(NAME), causes, ...readTable(table) };
  });
}

function readTable(table: string): Pick<ValueCase, 'attributes' | 'rows'> {
  const { columns, lines } = namedTable(table, tableText(table), [ACTUAL, EXPECTED]);
  const attributes = columns.filter((column) => column !== ACTUAL && column !== EXPECTED);
  return {
    attributes,
    rows: lines.map((line) => ({
      values: attributes.map((attribute) => line.text(attribute)),
      // the noise of generated tables may fall below nothing
      actual: Math.max(0, line.number(ACTUAL)),
      expected: Math.max(0, line.number(EXPECTED)),
    })),
  };
}

function tableText(table: string): string {
  const packed = `${table}.gz`;
  if (existsSync(table) || !existsSync(packed)) return readTextFile(table, `a table that ${INDEX} names`);
  try {
    return gunzipSync(readFileSync(packed)).toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidInputError(`${packed}: found no gzip (${why}); pack it again, or unpack it.`);
  }
}

/** `a=a1&b=b2`, as elements are named. */
function causeName(where: string, cause: string): string {
  const values = cause.split('&').map((pair) => {
    const at = pair.indexOf('=');
    if (at > 0 && at < pair.length - 1)
      return { attribute: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
    throw new InvalidInputError(
      `${where}, ${CAUSES}: found "${cause}"; allowed: causes such as a=a1&b=b2, with ; between them.`,
    );
  });
  return elementName(values);
}
