/** What a set's run says: figures for people as a table, and for machines. */
export interface SetReport {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** sentences below the table */
  readonly remarks: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

/** A report for a terminal, at most 80 columns. */
export function reportLines({ title, headings, rows, remarks }: SetReport): string[] {
  const widths = headings.map(
    (_, c) => Math.max(...[headings, ...rows].map((row) => row[c]?.length ?? 0)) + 2,
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join('');
  return [title, '', line(headings), ...rows.map(line), ...remarks.flatMap((remark) => ['', remark])];
}
