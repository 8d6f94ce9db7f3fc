import { InvalidInputError } from '../../errors.ts';
import { robustSpread, sampleMedian } from '../../numerics/median-and-spread.ts';
import { cuboidsOf, elementAt, type Cuboid } from './cuboids.ts';
import { leafTable, type Element, type LeafTable } from './leaf-table.ts';

/** What one leaf is, and what a forecast said it would be, in any one unit. */
export interface ValueRow {
  /** its values, in the order of the table's attributes */
  readonly values: readonly string[];
  readonly actual: number;
  readonly expected: number;
}

/** An element whose leaves have changed together. */
export interface ValueCause {
  readonly element: Element;
  readonly leaves: number;
  readonly actual: number;
  readonly expected: number;
  /** log likelihood ratio of a common change against none, less the logarithm of the number of candidates */
  readonly evidence: number;
}

/** Constants of the scan; docs/benchmarks.md says on which data and how they were chosen. */
export interface ValueScanOptions {
  /** evidence that a cause needs, in nats: 8 is one false cause in about 3,000 tables of Gaussian noise */
  readonly leastEvidence: number;
  /** relative change below which a cause is of no use to anybody */
  readonly leastChange: number;
  readonly mostAttributes: number;
  readonly mostCauses: number;
}

const VALUE_SCAN: ValueScanOptions = {
  leastEvidence: 8,
  leastChange: 0.1,
  mostAttributes: 5,
  mostCauses: 10,
};

/** Noise below this is rounding. */
const LEAST_NOISE = 1e-6;
/** The best candidates by evidence alone that are looked at for being of one piece. */
const CANDIDATES_CHECKED = 40;

/**
 * Which attribute values the differences between a table and its forecast come from.
 *
 * A leaf's deviation is 2 (expected - actual) / (expected + actual), between -2 and 2, as in RiskLoc (Kalander
 * 2022); its noise is what most leaves show. The element with the greatest likelihood ratio of a common shift (a
 * Gaussian scan statistic) is taken, its leaves are put aside, and the rest is scanned again until no element
 * stands out among all that could have. An element of which a part shows no change gives way to its parts.
 *
 * @returns causes in the order in which they were found; none when all is as forecast
 * @throws InvalidInputError  for values that are negative or no numbers, and for attributes that cannot be used
 */
export function scanValues(
  attributes: readonly string[],
  rows: readonly ValueRow[],
  options: ValueScanOptions = VALUE_SCAN,
): ValueCause[] {
  rows.forEach((row, i) => {
    for (const key of ['actual', 'expected'] as const) {
      if (Number.isFinite(row[key]) && row[key] >= 0) continue;
      throw new InvalidInputError(`Row ${i + 1}, ${key}: found ${row[key]}; allowed: a number, 0 or more.`);
    }
  });
  // a leaf that is nothing and was to be nothing says nothing
  const told = rows.filter(({ actual, expected }) => actual + expected > 0);
  const table = leafTable(attributes, told);
  const deviations = Float64Array.from(
    told,
    ({ actual, expected }) => (2 * (expected - actual)) / (expected + actual),
  );
  const cuboids = cuboidsOf(table, options.mostAttributes);
  const state: ScanState = {
    table,
    cuboids,
    deviations,
    open: new Uint8Array(told.length).fill(1),
    noise: Math.max(LEAST_NOISE, robustSpread(deviations)),
    // each element could have stood out: their number is what chance has to be held against
    priceOfSearch: Math.log(
      Math.max(
        1,
        cuboids.reduce((count, { sample }) => count + sample.length, 0),
      ),
    ),
  };
  const causes: ValueCause[] = [];
  while (causes.length < options.mostCauses) {
    const found = nextCause(state, options);
    if (found === null) break;
    causes.push(takeOut(state, told, found));
  }
  return causes;
}

interface ScanState {
  readonly table: LeafTable;
  readonly cuboids: readonly Cuboid[];
  readonly deviations: Float64Array;
  /** 1 for leaves that no cause explains yet */
  readonly open: Uint8Array;
  readonly noise: number;
  readonly priceOfSearch: number;
}

interface Candidate {
  readonly cuboid: Cuboid;
  readonly id: number;
  readonly leaves: number;
  readonly meanDeviation: number;
  readonly evidence: number;
}

function nextCause(state: ScanState, options: ValueScanOptions): Candidate | null {
  const candidates = state.cuboids
    .flatMap((cuboid) => candidatesIn(state, cuboid, options))
    .sort((a, b) => b.evidence - a.evidence || a.cuboid.attributes.length - b.cuboid.attributes.length)
    .slice(0, CANDIDATES_CHECKED);
  return candidates.find((candidate) => isOfOnePiece(state, candidate)) ?? null;
}

function candidatesIn(state: ScanState, cuboid: Cuboid, options: ValueScanOptions): Candidate[] {
  const { count, total } = sumsOf(state, cuboid);
  const found: Candidate[] = [];
  total.forEach((sum, id) => {
    const leaves = count[id] ?? 0;
    if (leaves === 0) return;
    const evidence = sum ** 2 / (2 * leaves * state.noise ** 2) - state.priceOfSearch;
    const meanDeviation = sum / leaves;
    if (evidence < options.leastEvidence || Math.abs(meanDeviation) < options.leastChange) return;
    found.push({ cuboid, id, leaves, meanDeviation, evidence });
  });
  return found;
}

function sumsOf({ deviations, open }: ScanState, { elementOf, sample }: Cuboid) {
  const count = new Int32Array(sample.length);
  const total = new Float64Array(sample.length);
  elementOf.forEach((id, leaf) => {
    if (open[leaf] !== 1) return;
    count[id] = (count[id] ?? 0) + 1;
    total[id] = (total[id] ?? 0) + (deviations[leaf] ?? 0);
  });
  return { count, total };
}

/**
 * Whether no value of another attribute parts a candidate into what changed and what did not: such a part is nearer
 * to no change than to the change of the candidate's typical leaf.
 */
function isOfOnePiece(state: ScanState, candidate: Candidate): boolean {
  const { table, deviations, open } = state;
  const { cuboid, id } = candidate;
  const inside: number[] = [];
  cuboid.elementOf.forEach((element, leaf) => {
    if (element === id && open[leaf] === 1) inside.push(leaf);
  });
  const change = sampleMedian(inside.map((leaf) => deviations[leaf] ?? 0));
  const others = table.attributes.map((_, a) => a).filter((a) => !cuboid.attributes.includes(a));
  return others.every((a) => {
    const parts = new Map<number, { count: number; total: number }>();
    for (const leaf of inside) {
      const code = table.codes[a]?.[leaf] ?? 0;
      const part = parts.get(code) ?? { count: 0, total: 0 };
      parts.set(code, { count: part.count + 1, total: part.total + (deviations[leaf] ?? 0) });
    }
    return [...parts.values()].every(({ count, total }) => {
      const mean = total / count;
      const error = state.noise / Math.sqrt(count);
      const unchanged = Math.abs(mean) < 3 * error && Math.abs(change - mean) > 3 * error;
      return !unchanged;
    });
  });
}

function takeOut(
  state: ScanState,
  rows: readonly ValueRow[],
  { cuboid, id, evidence }: Candidate,
): ValueCause {
  let [leaves, actual, expected] = [0, 0, 0];
  cuboid.elementOf.forEach((element, leaf) => {
    if (element !== id || state.open[leaf] !== 1) return;
    state.open[leaf] = 0;
    leaves += 1;
    actual += rows[leaf]?.actual ?? 0;
    expected += rows[leaf]?.expected ?? 0;
  });
  return { element: elementAt(state.table, cuboid, id), leaves, actual, expected, evidence };
}
