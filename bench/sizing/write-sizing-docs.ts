import { BENCHMARKS_PAGE, writePicture, writeSection } from '../docs/page-section.ts';
import { frontChart, gapChart } from './charts.ts';
import type { Measured } from './measure-instance.ts';

/** Puts what the suite printed between its marks in docs/benchmarks.md, and draws the pictures that stand there. */
export function writeSizingDocs(
  lines: readonly string[],
  measured: readonly Measured[],
  page = BENCHMARKS_PAGE,
): void {
  const [shown] = measured.filter(({ kind, feasible }) => kind === 'non-linear' && feasible);
  writeSection(page, 'sizing', [
    '```',
    ...lines,
    '```',
    '',
    writePicture(page, 'sizing-gap', 'How far plans lie above the bound', gapChart(measured)),
    ...(shown === undefined
      ? []
      : ['', writePicture(page, 'sizing-front', `Cost and lateness, ${shown.name}`, frontChart(shown))]),
  ]);
}
