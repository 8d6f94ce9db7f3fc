/**
 * Text from outside on one line: control characters, halves of characters, and what turns the direction of writing,
 * become spaces.
 *
 * @param most  characters; what is longer ends in `…`
 */
export function oneLine(text: string, most: number): string {
  const line = text
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return shortened(line, most);
}

/** @param most  characters (UTF-16 units); what is longer ends in `…`, and no character is cut in two */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const unit = text.charCodeAt(end - 1);
  const cutsPair = unit >= 0xd800 && unit <= 0xdbff;
  return `${text.slice(0, cutsPair ? end - 1 : end)}…`;
}
