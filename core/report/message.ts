import { minuteText } from '../units-text.ts';
import { wrapText } from '../wrap-text.ts';

/** A message to people, as SNS takes it. */
export interface Message {
  /** at most 100 printable ASCII characters, no line break */
  readonly subject: string;
  /** plain text, readable at 80 columns */
  readonly text: string;
  /** what machines read in place of the text; absent: there is only text */
  readonly forms?: {
    /** by which machines subscribe */
    readonly kind: 'incident' | 'plan';
    /** for queues that subscribe: JSON of a contract */
    readonly json: string;
    /** for Amazon Q Developer in chat applications: JSON of a custom notification */
    readonly notification: string;
  };
}

const MAX_SUBJECT_LENGTH = 100;
const LABEL_WIDTH = 14;

/**
 * Makes a subject fit for SNS: printable ASCII, one line, 100 characters, beginning with a letter or digit.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function subjectLine(text: string): string {
  const ascii = text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[^A-Za-z0-9]+/, '');
  const subject = ascii === '' ? 'Flarepath' : ascii;
  return subject.length <= MAX_SUBJECT_LENGTH ? subject : `${subject.slice(0, MAX_SUBJECT_LENGTH - 3)}...`;
}

/** Breaks a paragraph at spaces to 80 columns; a longer word stays whole. */
export function paragraph(text: string, indent = ''): string {
  return wrapText(text, indent).join('\n');
}

/** One entry of a list. */
export function bullet(text: string): string {
  return `- ${paragraph(text, '  ').slice(2)}`;
}

/** A label and its value, aligned in a column; long values go on below themselves. */
export function labelled(label: string, value: string): string {
  const body = paragraph(value, ' '.repeat(LABEL_WIDTH));
  return `${`${label}:`.padEnd(LABEL_WIDTH)}${body.slice(LABEL_WIDTH)}`;
}

/** e.g. `2026-01-05 02:00 UTC` */
export function timeText(instant: string): string {
  return `${minuteText(instant)} UTC`;
}
