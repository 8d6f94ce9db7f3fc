/** A line of a table: where it stood and what its cells say, trimmed. */
export interface TableLine {
  /** 1-based */
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = ['\t', ',', ';', '|'] as const;

/** The delimiter that splits a header line into most cells; a comma when none does. */
export function sniffDelimiter(header: string): string {
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, cells: header.split(delimiter).length }));
  const best = counts.reduce((most, next) => (next.cells > most.cells ? next : most));
  return best.cells > 1 ? best.delimiter : ',';
}

/**
 * Lines of a delimited table, empty ones passed over. Cells may stand in double quotes, a doubled quote inside
 * being one quote; a quoted cell does not go on over the end of its line.
 */
export function splitTable(text: string, delimiter: string): TableLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((content, i) => ({ line: i + 1, content }))
    .filter(({ content }) => content.trim() !== '')
    .map(({ line, content }) => ({ line, cells: splitLine(content, delimiter) }));
}

function splitLine(content: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < content.length; i += 1) {
    const character = content[i] ?? '';
    if (quoted && character === '"' && content[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (character === '"' && (quoted || cell.trim() === '')) {
      quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else {
      cell += character;
    }
  }
  return [...cells, cell.trim()];
}
