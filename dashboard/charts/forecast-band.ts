import * as Plot from '@observablehq/plot';
import type { Quantiles } from '../../core/contracts/quantities.ts';
import { valueAt } from '../../core/numerics/quantiles.ts';
import { COLOUR, draw, legend } from './draw.ts';

export interface BandPoint {
  readonly at: string;
  readonly predicted: Quantiles | null;
  readonly actual: number | null;
}

/**
 * What was predicted before each run, as a band, and what came, as points.
 *
 * @param points  by time
 * @param unit.scale  divides the values
 */
export function forecastBand(
  points: readonly BandPoint[],
  label: string,
  unit: { name: string; scale: number },
): string {
  const rows = points.map((point) => ({
    at: new Date(point.at),
    low: point.predicted === null ? null : valueAt(point.predicted, 0.05) / unit.scale,
    median: point.predicted === null ? null : valueAt(point.predicted, 0.5) / unit.scale,
    high: point.predicted === null ? null : valueAt(point.predicted, 0.95) / unit.scale,
    actual: point.actual === null ? null : point.actual / unit.scale,
  }));
  const predicted = rows.filter((row) => row.median !== null);
  const top = highest(rows.flatMap((row) => [row.actual ?? 0, (row.median ?? 0) * 2]));
  const chart = draw(
    {
      height: 190,
      x: { type: 'utc', label: null, ticks: 6 },
      y: { label: unit.name, grid: true, domain: [0, top], clamp: true },
      marks: [
        Plot.areaY(predicted, {
          x: 'at',
          y1: 'low',
          y2: (row: { high: number }) => Math.min(row.high, top),
          fill: COLOUR.band,
        }),
        Plot.lineY(predicted, { x: 'at', y: 'median', stroke: COLOUR.main, strokeWidth: 1.5 }),
        Plot.dot(
          rows.filter((row) => row.actual !== null),
          { x: 'at', y: 'actual', fill: COLOUR.ink, r: 3 },
        ),
      ],
    },
    label,
  );
  return (
    chart +
    legend([
      [COLOUR.main, 'predicted median'],
      [COLOUR.band, '90 % interval'],
      [COLOUR.ink, 'what came'],
    ])
  );
}

function highest(values: readonly number[]): number {
  return Math.max(...values, Number.MIN_VALUE) * 1.1;
}
