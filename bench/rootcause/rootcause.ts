import type { CommandContext } from '../../cli/command-context.ts';
import { elementName } from '../../core/incidents/root-cause/leaf-table.ts';
import { scanValues } from '../../core/incidents/root-cause/scan-values.ts';
import { BENCHMARKS_PAGE, markdownTable, writeSection } from '../docs/page-section.ts';
import { tableFigures, type MethodFigures, type TableCase } from './located.ts';
import type { RootCauseOptions } from './options.ts';
import { readScenarios } from './read-petshop.ts';
import { readValueCases } from './read-riskloc.ts';
import { readRateCases } from './read-rs.ts';
import { reportLines, type SetReport } from './report.ts';
import { heldOutF1, rateTableCases } from './rs.ts';
import { serviceSummary, type ServiceFigures } from './services.ts';

const REPORTS: Readonly<Record<RootCauseOptions['set'], (data: string) => SetReport>> = {
  rs: (data) => {
    const cases = readRateCases(data);
    return tableReport('rs', rateTableCases(cases), heldOutF1(cases));
  },
  'riskloc-l': (data) => tableReport('riskloc-l', valueTableCases(data), null),
  petshop: serviceReport,
};

/** Runs the suite. @throws InvalidInputError  for options or data that cannot be used */
export function rootCause(options: RootCauseOptions, context: CommandContext): void {
  const report = REPORTS[options.set](options.data);
  reportLines(report).forEach(context.print);
  if (options.writeDocs === true) {
    const table = markdownTable([report.headings, ...report.rows]);
    const remarks = report.remarks.flatMap((remark) => ['', remark]);
    writeSection(BENCHMARKS_PAGE, `rootcause ${options.set}`, [`${report.title}:`, '', ...table, ...remarks]);
  }
  if (options.json === true) {
    context.print(JSON.stringify({ suite: 'rootcause', set: options.set, ...report.json }));
  }
}

function valueTableCases(data: string): TableCase[] {
  return readValueCases(data).map(({ name, attributes, rows, causes }) => ({
    name,
    attributes,
    causes,
    rows: () => rows,
    locate: () => scanValues(attributes, rows).map(({ element }) => elementName(element)),
  }));
}

function tableReport(set: string, cases: readonly TableCase[], heldOut: number | null): SetReport {
  const { own, adtributor, naive } = tableFigures(cases);
  const row = (method: string, { f1, secondsPerCase }: MethodFigures) => [
    method,
    f1.toFixed(3),
    secondsPerCase.toFixed(4),
  ];
  return {
    title: `Causes named exactly, ${set}, ${cases.length} cases`,
    headings: ['method', 'F1', 'CPU seconds a case'],
    rows: [row('flarepath', own), row('adtributor', adtributor), row('largest change', naive)],
    remarks:
      heldOut === null
        ? []
        : [`On cases that had no say in the constants (five folds, 20 shuffles): ${heldOut.toFixed(3)}.`],
    json: { cases: cases.length, ...own, heldOutF1: heldOut, adtributor, naive },
  };
}

function serviceReport(data: string): SetReport {
  const { cases, normalWindows, methods } = serviceSummary(readScenarios(data));
  const { own, ungated, traversal, adtributor, naive } = methods;
  const row = (method: string, figures: ServiceFigures) => [
    method,
    figures.top1.toFixed(3),
    figures.top3.toFixed(3),
    figures.specificity.toFixed(3),
    figures.secondsPerCase.toFixed(4),
  ];
  return {
    title: `Causes of slow and failing services, petshop, ${cases} issues`,
    headings: ['method', 'top 1', 'top 3', 'specificity', 'CPU seconds a case'],
    rows: [
      row('flarepath', own),
      row('without its gate', ungated),
      row('traversal', traversal),
      row('adtributor', adtributor),
      row('oddest', naive),
    ],
    remarks: [`Specificity: of ${normalWindows} windows in which nothing was wrong.`],
    json: { cases, ...own, normalWindows, ungated, traversal, adtributor, naive },
  };
}
