import * as Plot from '@observablehq/plot';
import { keyMarks, standaloneChart, type Key } from '../docs/standalone-chart.ts';

/** A method's error by how many runs it knew. */
export interface ErrorCurve extends Key {
  readonly points: readonly { readonly runs: number; readonly errorPercent: number }[];
}

const WIDTH = 460;
const HEIGHT = 300;
const LEAST_PERCENT = 1;
const MOST_PERCENT = 100;
/** Where the key stands, in the empty corner: the first line's height, and the factor between lines. */
const KEY_PERCENT = 90;
const KEY_FACTOR = 0.82;

/** Error against the number of runs known, on a logarithmic scale. */
export function errorChart(curves: readonly ErrorCurve[]): string {
  const rows = curves.flatMap(({ name, points }) => points.map((point) => ({ method: name, ...point })));
  const mostRuns = Math.max(...rows.map(({ runs }) => runs));
  const least = Math.min(LEAST_PERCENT, ...rows.map(({ errorPercent }) => errorPercent));
  const most = Math.max(MOST_PERCENT, ...rows.map(({ errorPercent }) => errorPercent));
  return standaloneChart(
    {
      width: WIDTH,
      height: HEIGHT,
      x: { domain: [0, mostRuns], label: 'runs known', grid: true, ticks: 6 },
      y: {
        type: 'log',
        domain: [least, most],
        label: 'mean absolute error, %',
        grid: true,
        ticks: [1, 2, 5, 10, 20, 50, 100],
        tickFormat: (percent: number) => String(percent),
      },
      color: { domain: curves.map(({ name }) => name), range: curves.map(({ colour }) => colour) },
      marks: [
        Plot.line(rows, { x: 'runs', y: 'errorPercent', stroke: 'method' }),
        Plot.dot(rows, { x: 'runs', y: 'errorPercent', fill: 'method', r: 3 }),
        ...curves.map((curve, i) =>
          keyMarks([curve], { x: mostRuns, y: KEY_PERCENT * KEY_FACTOR ** i, stepY: 0, anchor: 'end' }),
        ),
      ],
    },
    'Mean absolute percentage error of foretold runtimes, by the number of runs known',
  );
}
