/** A value in words, or a dash when there is none. */
export function orDash(value: number | null, inWords: (value: number) => string): string {
  return value === null ? '–' : inWords(value);
}
