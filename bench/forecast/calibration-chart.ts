import * as Plot from '@observablehq/plot';
import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import { draw } from '../../dashboard/charts/draw.ts';
import { mean } from './accuracy.ts';
import type { CaseScores, Score } from './evaluate.ts';

const SIZE = 320;
const METHODS: readonly (readonly [name: string, colour: string, of: (scores: CaseScores) => Score])[] = [
  ['Flarepath', '#2b6cb0', ({ flarepath }) => flarepath],
  ['seasonal naive', '#a15c00', ({ seasonalNaive }) => seasonalNaive],
];

/**
 * How often what came lay at or below each quantile, against how often it should: a picture that stands alone, on
 * white, since it is shown where no style sheet of ours is.
 */
export function calibrationChart(cases: readonly CaseScores[]): string {
  const rows = METHODS.flatMap(([method, , scoreOf]) =>
    QUANTILE_LEVELS.map((level, i) => ({
      method,
      level,
      share: mean(cases.map((scores) => scoreOf(scores).belowByLevel[i] ?? 0)),
    })),
  );
  const chart = draw(
    {
      width: SIZE,
      height: SIZE,
      marginLeft: 45,
      marginBottom: 40,
      style: { background: 'white', color: '#1d2126', fontSize: '11px' },
      x: { domain: [0, 1], label: 'quantile', grid: true, ticks: 5 },
      y: { domain: [0, 1], label: 'share of values at or below it', grid: true, ticks: 5 },
      color: {
        domain: METHODS.map(([name]) => name),
        range: METHODS.map(([, colour]) => colour),
      },
      marks: [
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: '#868f99', strokeDasharray: '4 3' },
        ),
        Plot.line(rows, { x: 'level', y: 'share', stroke: 'method' }),
        Plot.dot(rows, { x: 'level', y: 'share', fill: 'method', r: 3 }),
        Plot.text(
          METHODS.map(([name, colour], i) => ({ name, colour, x: 0.04, y: 0.97 - 0.06 * i })),
          { x: 'x', y: 'y', text: 'name', fill: 'colour', textAnchor: 'start' },
        ),
      ],
    },
    'Share of values at or below each quantile of the forecasts, beside the share that should be',
  );
  return chart.includes('xmlns=') ? chart : chart.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}
