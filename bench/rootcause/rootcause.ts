import type { CommandContext } from '../../cli/command-context.ts';
import { elementName } from '../../core/incidents/root-cause/leaf-table.ts';
import { scanValues } from '../../core/incidents/root-cause/scan-values.ts';
import { BENCHMARKS_PAGE, markdownTable, writeSection } from '../docs/page-section.ts';
import { tableFigures, type MethodFigures, type TableCase, type TableFigures } from './located.ts';
import type { RootCauseOptions } from './options.ts';
import { readRateCases } from './read-rs.ts';
import { readValueCases, type ValueCase } from './read-riskloc.ts';
import { heldOutF1, rateTableCases } from './rs.ts';

/** Runs the suite. @throws InvalidInputError  for options or data that cannot be used */
export function rootCause(options: RootCauseOptions, context: CommandContext): void {
  const rates = options.set === 'rs' ? readRateCases(options.data) : [];
  const cases = options.set === 'rs' ? rateTableCases(rates) : valueTableCases(readValueCases(options.data));
  context.note(`${cases.length} cases of ${options.set}`);
  const figures = tableFigures(cases);
  const heldOut = options.set === 'rs' ? heldOutF1(rates) : null;
  const rows = rowsOf(figures);
  linesOf(options.set, cases.length, rows, heldOut).forEach(context.print);
  if (options.writeDocs === true) writeDocs(options.set, cases.length, rows, heldOut);
  if (options.json === true) {
    const { own, adtributor, naive } = figures;
    const summary = { suite: 'rootcause', set: options.set, cases: cases.length, ...own, heldOutF1: heldOut };
    context.print(JSON.stringify({ ...summary, adtributor, naive }));
  }
}

function valueTableCases(cases: readonly ValueCase[]): TableCase[] {
  return cases.map(({ name, attributes, rows, causes }) => ({
    name,
    attributes,
    causes,
    rows: () => rows,
    locate: () => scanValues(attributes, rows).map(({ element }) => elementName(element)),
  }));
}

type Row = readonly [method: string, figures: MethodFigures];

function rowsOf({ own, adtributor, naive }: TableFigures): Row[] {
  return [
    ['flarepath', own],
    ['adtributor', adtributor],
    ['largest change', naive],
  ];
}

function cellsOf([method, { f1, secondsPerCase }]: Row): string[] {
  return [method, f1.toFixed(3), secondsPerCase.toFixed(4)];
}

const HEADINGS = ['method', 'F1', 'CPU seconds a case'];

function linesOf(set: string, cases: number, rows: readonly Row[], heldOut: number | null): string[] {
  const line = ([method = '', ...figures]: readonly string[]) =>
    method.padEnd(18) + figures.map((figure, i) => figure.padStart(i === 0 ? 8 : 22)).join('');
  return [
    `Causes named exactly, ${set}, ${cases} cases`,
    '',
    line(HEADINGS),
    ...rows.map((row) => line(cellsOf(row))),
    ...heldOutLines(heldOut),
  ];
}

function heldOutLines(heldOut: number | null): string[] {
  if (heldOut === null) return [];
  return ['', `On cases that had no say in the constants (five folds, 20 shuffles): ${heldOut.toFixed(3)}.`];
}

function writeDocs(set: string, cases: number, rows: readonly Row[], heldOut: number | null): void {
  const table = markdownTable([HEADINGS, ...rows.map(cellsOf)]);
  writeSection(BENCHMARKS_PAGE, `rootcause ${set}`, [
    `${cases} cases:`,
    '',
    ...table,
    ...heldOutLines(heldOut),
  ]);
}
