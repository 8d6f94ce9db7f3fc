const COLUMNS = 80;

/**
 * Breaks text at spaces; a word longer than a line stays whole.
 *
 * @param indent  put before every line
 * @param columns  most characters of a line, indent included
 * @returns lines, at least one
 */
export function wrapText(text: string, indent = '', columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((content) => `${indent}${content}`.trimEnd());
}
