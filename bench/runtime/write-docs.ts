import { calibrationChart } from '../docs/calibration-chart.ts';
import { BENCHMARKS_PAGE, markdownTable, writePicture, writeSection } from '../docs/page-section.ts';
import { COLOURS } from '../docs/standalone-chart.ts';
import { errorChart } from './error-chart.ts';
import { calibrationOf, meanAt, meansOf, OURS } from './figures.ts';
import type { JobScores } from './job-scores.ts';
import { resultLines } from './print-results.ts';
import { AVAILABILITIES } from './protocol.ts';

const NAMES: Readonly<Record<string, string>> = { [OURS]: 'Flarepath', ernest: 'Ernest' };
const PALETTE = [COLOURS.own, COLOURS.first, COLOURS.second];

/** Puts the suite's figures between their marks in docs/benchmarks.md, and draws the pictures that stand there. */
export function writeDocs(
  scores: readonly JobScores[],
  fitMsAt30: number | null,
  splits: number,
  page = BENCHMARKS_PAGE,
): void {
  const methods = [...(scores[0]?.methods.keys() ?? [])];
  const keyOf = (name: string) => ({
    name: NAMES[name] ?? name,
    colour: PALETTE[methods.indexOf(name) % PALETTE.length] ?? COLOURS.own,
  });
  const curves = methods.map((name) => ({
    ...keyOf(name),
    points: AVAILABILITIES.flatMap((runs) => {
      const errorPercent = meanAt(scores, name, runs);
      return errorPercent === null ? [] : [{ runs, errorPercent }];
    }),
  }));
  const shareByLevel = calibrationOf(scores, OURS) ?? [];
  writeSection(page, 'runtime', [
    '```',
    ...resultLines(scores, fitMsAt30, splits),
    '```',
    '',
    'Means over jobs, by the number of runs known:',
    '',
    ...markdownTable([
      ['method', ...AVAILABILITIES.map((runs) => String(runs)), 'global', 'outward'],
      ...methods.map((name) => {
        const { global, outward } = meansOf(scores, name);
        const few = AVAILABILITIES.map((runs) => percent(meanAt(scores, name, runs)));
        return [keyOf(name).name, ...few, percent(global), percent(outward)];
      }),
    ]),
    '',
    writePicture(page, 'runtime-error', 'Error against the number of runs', errorChart(curves)),
    '',
    writePicture(
      page,
      'runtime-coverage',
      'Calibration of runtimes',
      calibrationChart([{ ...keyOf(OURS), shareByLevel }], 'runs'),
    ),
  ]);
}

function percent(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} %`;
}
