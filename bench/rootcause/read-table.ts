import { InvalidInputError } from '../../core/errors.ts';
import { splitTable } from '../../core/runtime-model/split-table.ts';

/** A table's cells by column, with messages that name the line. */
export interface NamedTable {
  readonly columns: readonly string[];
  readonly lines: readonly NamedLine[];
}

interface NamedLine {
  /** where it stands, for messages */
  readonly where: string;
  text(column: string): string;
  /** @throws InvalidInputError  when the cell holds no number of 0 or more */
  amount(column: string): number;
  /** @throws InvalidInputError  when the cell holds no number */
  number(column: string): number;
}

/**
 * Reads comma-separated lines with a header.
 *
 * @throws InvalidInputError  when a column is missing, twice there, or a line has more or fewer cells
 */
export function namedTable(file: string, text: string, needed: readonly string[]): NamedTable {
  const [header, ...lines] = splitTable(text, ',');
  const columns = header?.cells ?? [];
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0 || new Set(columns).size !== columns.length) {
    throw new InvalidInputError(
      `${file}: found the columns ${columns.join(', ') || '(none)'}; needed, once each: ${needed.join(', ')}.`,
    );
  }
  return { columns, lines: lines.map(({ line, cells }) => lineOf(`${file}, line ${line}`, columns, cells)) };
}

function lineOf(where: string, columns: readonly string[], cells: readonly string[]): NamedLine {
  if (cells.length !== columns.length) {
    throw new InvalidInputError(
      `${where}: found ${cells.length} cells; needed: ${columns.length}, as the header.`,
    );
  }
  const text = (column: string) => cells[columns.indexOf(column)] ?? '';
  const numberFrom = (least: number, allowed: string) => (column: string) => {
    const value = Number(text(column));
    if (text(column) !== '' && Number.isFinite(value) && value >= least) return value;
    throw new InvalidInputError(`${where}, ${column}: found "${text(column)}"; allowed: ${allowed}.`);
  };
  return {
    where,
    text,
    amount: numberFrom(0, 'a number, 0 or more'),
    number: numberFrom(-Infinity, 'a number'),
  };
}
