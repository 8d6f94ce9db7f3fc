import { BYTES_PER_GIB, SECONDS_PER_HOUR, SECONDS_PER_MINUTE } from '../core/units.ts';

const WIDTH = 80;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table of plain text. Widths follow the contents; columns stand two spaces apart. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, i) => pad(cells[i] ?? '', widths[i] ?? 0, column.align ?? 'left'))
      .join('  ')
      .trimEnd();
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
  ];
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}

/** Text broken at spaces into lines of at most `width` characters, each after `indent`. */
export function wrap(text: string, indent = '', width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

export function usd(amount: number | null): string {
  return amount === null ? '-' : `$${amount.toFixed(2)}`;
}

export function percent(value: number | null, digits = 0): string {
  return value === null ? '-' : `${value.toFixed(digits)}%`;
}

export function duration(seconds: number): string {
  if (seconds < 2 * SECONDS_PER_MINUTE) return `${Math.round(seconds)} s`;
  if (seconds < SECONDS_PER_HOUR) return `${Math.round(seconds / SECONDS_PER_MINUTE)} min`;
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function gib(bytes: number): string {
  return `${(bytes / BYTES_PER_GIB).toFixed(bytes < 10 * BYTES_PER_GIB ? 1 : 0)} GiB`;
}

/** `2026-01-05 02:00` in UTC. */
export function minuteOf(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
