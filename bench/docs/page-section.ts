import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';

export const BENCHMARKS_PAGE = join('docs', 'benchmarks.md');

/**
 * Puts lines between the marks `<!-- NAME -->` and `<!-- end of NAME -->` of a page, in place of what stood there.
 *
 * @throws InvalidInputError  when the page has no such marks
 */
export function writeSection(page: string, name: string, lines: readonly string[]): void {
  const text = readTextFile(page, 'the page of benchmarks');
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = text.indexOf(start);
  const until = text.indexOf(end);
  if (from < 0 || until < from) {
    throw new InvalidInputError(
      `${page}: found no "${start}" before "${end}". Put both lines where figures belong.`,
    );
  }
  writeFileSync(page, text.slice(0, from) + [start, '', ...lines, '', ''].join('\n') + text.slice(until));
}

/** Writes a picture beside a page. @returns the Markdown that shows it */
export function writePicture(page: string, name: string, alt: string, svg: string): string {
  const image = `images/${name}.svg`;
  const file = join(dirname(page), image);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${svg}\n`);
  return `![${alt}](${image})`;
}

/** A Markdown table as Prettier would have it; the first row is its heading. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(3, ...rows.map((row) => row[c]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [heading = [], ...others] = rows.map((row) => row.map((cell, c) => cell.padEnd(widths[c] ?? 0)));
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)];
}
