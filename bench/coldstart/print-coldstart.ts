import {
  MOST_IMPORT_MS,
  MOST_KILOBYTES,
  MOST_PLANNING_KILOBYTES,
  type Started,
  type Summary,
} from './summary.ts';

const NAME = 22;
const NUMBER = 10;

/** The summary for people, heaviest first. */
export function coldstartLines(summary: Summary): string[] {
  const { baseline, functions, overWeight, slow } = summary;
  const listed = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
  return [
    ['function'.padEnd(NAME), ...['KiB', 'wasm KiB', 'import ms', 'call ms'].map(right), '  kind'].join(''),
    ...[...functions]
      .sort((a, b) => b.kilobytes - a.kilobytes)
      .map((each) => row(each) + (each.planning ? '  planning' : '')),
    row(baseline),
    '',
    `The baseline with its SDK inside: ${baseline.withSdkKilobytes.toFixed(0)} KiB.`,
    `Above ${MOST_KILOBYTES} KiB (planning: ${MOST_PLANNING_KILOBYTES}): ${listed(overWeight)}.`,
    `Above ${MOST_IMPORT_MS} ms of import: ${listed(slow)}.`,
    `Peak memory of a process that plans with full effort: ${summary.planPeakMib.toFixed(0)} MiB of ${summary.planMemoryMib}.`,
  ];
}

function row({ name, kilobytes, wasmKilobytes, importMs, firstCallMs }: Started): string {
  const cells = [kilobytes, wasmKilobytes, importMs].map((value) => right(value.toFixed(0)));
  return [name.padEnd(NAME), ...cells, right(firstCallMs === null ? '–' : firstCallMs.toFixed(0))].join('');
}

function right(text: string): string {
  return text.padStart(NUMBER);
}
