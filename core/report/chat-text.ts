import { oneLine, shortened } from './plain-text.ts';

/** What Slack asks to be escaped in every text: all three begin or end something that it would act on. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escapes a text and holds the result to a length, without cutting what was escaped in two. */
export function escapedWithin(text: string, most: number): string {
  return shortened(escaped(text), most).replace(/&[a-z]{0,3}…$/, '…');
}

/** One line in which what Slack or Teams would take for emphasis, code, a link, a mention or an emoji is a space. */
export function withoutMarkup(text: string, most: number): string {
  return oneLine(text.replace(/[*_~`<>&[\]|@#:\\]/g, ' '), most);
}
