const COLUMNS = 80;

const NUMBER = /^[(×~+-]?\d[\d.,]*$/;
const UNIT =
  /^(%|USD|[KMGTPE]iB|MB|bytes|vCPUs?|ms|s|min|h|hours?|days?|years?|nodes?|cores?|types?|runs?)[.,;:)]*$/;

/**
 * Breaks text at spaces, but not between a number and its unit; a word longer than a line stays whole.
 *
 * @param indent  put before every line
 * @param columns  most characters of a line, indent included
 * @returns lines, at least one
 */
export function wrapText(text: string, indent = '', columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((content) => `${indent}${content}`.trimEnd());
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  let previous = '';
  for (const part of text.split(/\s+/).filter((each) => each !== '')) {
    if (NUMBER.test(previous) && UNIT.test(part)) words.push(`${words.pop() ?? ''} ${part}`);
    else words.push(part);
    previous = part;
  }
  return words;
}
