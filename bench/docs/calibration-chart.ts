import * as Plot from '@observablehq/plot';
import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import { keyMarks, standaloneChart, type Key } from './standalone-chart.ts';

const SIZE = 320;

/** How often what came lay at or below each of the project's levels. */
export interface Calibration extends Key {
  /** 0..1, by level */
  readonly shareByLevel: readonly number[];
}

/** How often what came lay at or below each quantile, against how often it should. */
export function calibrationChart(methods: readonly Calibration[], of: string): string {
  const rows = methods.flatMap(({ name, shareByLevel }) =>
    QUANTILE_LEVELS.map((level, i) => ({ method: name, level, share: shareByLevel[i] ?? 0 })),
  );
  return standaloneChart(
    {
      width: SIZE,
      height: SIZE,
      x: { domain: [0, 1], label: 'quantile', grid: true, ticks: 5 },
      y: { domain: [0, 1], label: `share of ${of} at or below it`, grid: true, ticks: 5 },
      color: { domain: methods.map(({ name }) => name), range: methods.map(({ colour }) => colour) },
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
        keyMarks(methods, { x: 0.04, y: 0.97, stepY: 0.06 }),
      ],
    },
    `Share of ${of} at or below each quantile foretold, beside the share that should be`,
  );
}
