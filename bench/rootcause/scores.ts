/** How the causes that were named compare with those that were meant. */
export interface Matches {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

/** Counts exact matches: a cause that is too wide, or too narrow, is wrong. */
export function matchesOf(named: readonly string[], meant: readonly string[]): Matches {
  const [saidOnce, meantOnce] = [new Set(named), new Set(meant)];
  const right = [...saidOnce].filter((name) => meantOnce.has(name)).length;
  return { right, wrong: saidOnce.size - right, missed: meantOnce.size - right };
}

/** F1 over all causes of all cases, 0..1; 0 when nothing was named and nothing meant. */
export function f1Of(all: readonly Matches[]): number {
  const total = (key: keyof Matches) => all.reduce((sum, matches) => sum + matches[key], 0);
  const right = total('right');
  const all2 = 2 * right + total('wrong') + total('missed');
  return all2 === 0 ? 0 : (2 * right) / all2;
}
