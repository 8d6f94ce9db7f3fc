import { wrapText } from '../core/wrap-text.ts';

const COLUMNS = 80;
/** All but tabs and line ends; they could move the cursor, or hide what stands there. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text as a terminal may get it: control characters, which files can hold, are spelled out as JSON spells them. */
export function harmlessText(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Lines wider than a terminal are broken at spaces; what follows of a line is set in. */
export function wrappedText(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (line.length <= COLUMNS) return [line];
      const indent = /^ */.exec(line)?.[0] ?? '';
      const [first = '', ...others] = wrapText(line, indent, COLUMNS - CONTINUED.length);
      return [first, ...others.map((other) => CONTINUED + other)];
    })
    .join('\n');
}

const CONTINUED = '  ';
