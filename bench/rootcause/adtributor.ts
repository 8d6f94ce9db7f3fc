/** What one value of one attribute is, and what it was forecast to be. */
export interface SliceTotal {
  readonly attribute: string;
  readonly value: string;
  readonly actual: number;
  readonly expected: number;
}

/** Constants of the paper and of its public implementations. */
const LEAST_SHARE_OF_ONE = 0.1;
const LEAST_SHARE_TOGETHER = 0.1;

/** Sums a table by each value of each attribute. */
export function sliceTotals(
  attributes: readonly string[],
  rows: readonly { readonly values: readonly string[]; readonly actual: number; readonly expected: number }[],
): SliceTotal[] {
  return attributes.flatMap((attribute, a) => {
    const totals = new Map<string, SliceTotal>();
    for (const { values, actual, expected } of rows) {
      const value = values[a] ?? '';
      const sums = totals.get(value);
      totals.set(value, {
        attribute,
        value,
        actual: (sums?.actual ?? 0) + actual,
        expected: (sums?.expected ?? 0) + expected,
      });
    }
    return [...totals.values()];
  });
}

/**
 * Adtributor (Bhagwan et al., NSDI 2014) for one measure: of each attribute the most surprising values that together
 * explain enough of the change; of the attributes the most surprising.
 *
 * @returns the values of the best attribute, the most surprising first; none when no value explains enough
 */
export function adtributor(totals: readonly SliceTotal[]): SliceTotal[] {
  const attributes = [...new Set(totals.map(({ attribute }) => attribute))];
  const found = attributes
    .map((attribute) => explain(totals.filter((total) => total.attribute === attribute)))
    .filter(({ values }) => values.length > 0);
  return [...found].sort((a, b) => b.surprise - a.surprise)[0]?.values ?? [];
}

function explain(totals: readonly SliceTotal[]): { values: SliceTotal[]; surprise: number } {
  const actual = totals.reduce((sum, total) => sum + total.actual, 0);
  const expected = totals.reduce((sum, total) => sum + total.expected, 0);
  const change = actual - expected;
  const scored = totals
    .map((total) => ({
      total,
      share: change === 0 ? 0 : (total.actual - total.expected) / change,
      surprise: surpriseOf(total.expected / expected, total.actual / actual),
    }))
    .sort((a, b) => b.surprise - a.surprise);
  const values: SliceTotal[] = [];
  let [shares, surprise] = [0, 0];
  for (const each of scored) {
    if (each.share <= LEAST_SHARE_OF_ONE) continue;
    values.push(each.total);
    shares += each.share;
    surprise += each.surprise;
    if (shares > LEAST_SHARE_TOGETHER) return { values, surprise };
  }
  return { values: [], surprise: 0 };
}

/** Jensen-Shannon divergence of one value's share of the whole, before and after. */
function surpriseOf(before: number, after: number): number {
  const half = (p: number, q: number) => (p > 0 ? p * Math.log((2 * p) / (p + q)) : 0);
  return Number.isFinite(before + after) ? 0.5 * (half(before, after) + half(after, before)) : 0;
}

/** The naive way: the one value of one attribute whose total changed most. */
export function largestChange(totals: readonly SliceTotal[]): SliceTotal[] {
  const change = ({ actual, expected }: SliceTotal) => Math.abs(actual - expected);
  const [first, ...others] = totals;
  return first === undefined
    ? []
    : [others.reduce((most, total) => (change(total) > change(most) ? total : most), first)];
}
