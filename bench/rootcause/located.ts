import { elementName } from '../../core/incidents/root-cause/leaf-table.ts';
import { adtributor, largestChange, sliceTotals, type SliceTotal } from './adtributor.ts';
import { f1Of, matchesOf, type Matches } from './scores.ts';

/** A case of a table set, for any method. */
export interface TableCase {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly causes: readonly string[];
  /** what every method is handed */
  rows(): readonly TableRow[];
  /** what the project names */
  locate(): readonly string[];
}

export interface TableRow {
  readonly values: readonly string[];
  readonly actual: number;
  readonly expected: number;
}

/** How a method did on a set. */
export interface MethodFigures {
  readonly f1: number;
  /** processor time, reading not counted */
  readonly secondsPerCase: number;
}

/** Figures of a table set: the project's own, and those of its baselines. */
export interface TableFigures {
  readonly own: MethodFigures;
  readonly adtributor: MethodFigures;
  readonly naive: MethodFigures;
}

/** Runs every method on every case. */
export function tableFigures(cases: readonly TableCase[]): TableFigures {
  const slices = (pick: (totals: readonly SliceTotal[]) => SliceTotal[]) => (one: TableCase) =>
    pick(sliceTotals(one.attributes, one.rows())).map((total) => elementName([total]));
  return {
    own: figuresOf(cases, (one) => one.locate()),
    adtributor: figuresOf(cases, slices(adtributor)),
    naive: figuresOf(cases, slices(largestChange)),
  };
}

function figuresOf(
  cases: readonly TableCase[],
  locate: (one: TableCase) => readonly string[],
): MethodFigures {
  const before = process.cpuUsage();
  const named = cases.map((one) => locate(one));
  const { user, system } = process.cpuUsage(before);
  const matches: Matches[] = cases.map(({ causes }, i) => matchesOf(named[i] ?? [], causes));
  return { f1: f1Of(matches), secondsPerCase: (user + system) / 1e6 / Math.max(1, cases.length) };
}
