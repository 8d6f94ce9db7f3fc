import * as Plot from '@observablehq/plot';
import type { RunView } from '../report-data.ts';
import { costOf } from '../summarise-runs.ts';
import { COLOUR, draw, legend } from './draw.ts';

/** What each run cost, beside what the baseline fleet would have cost on demand. */
export function costByRun(runs: readonly RunView[], label: string): string {
  const rows = runs.map((run) => ({
    run: `${run.record.scheduledAt.slice(5, 10)} ${run.record.scheduledAt.slice(11, 16)}`,
    cost: costOf(run),
    onDemand: run.record.onDemandCostUsd,
  }));
  const everyNth = Math.ceil(rows.length / 7);
  const chart = draw(
    {
      height: 190,
      x: {
        label: null,
        domain: rows.map((row) => row.run),
        ticks: rows.filter((_, i) => i % everyNth === 0).map((row) => row.run),
        tickFormat: (run: string) => run.slice(0, 5),
      },
      y: { label: 'USD a run', grid: true, zero: true },
      marks: [
        Plot.barY(rows, { x: 'run', y: 'cost', fill: COLOUR.main, insetLeft: 1, insetRight: 1 }),
        Plot.tickY(
          rows.filter((row) => row.onDemand !== null),
          { x: 'run', y: 'onDemand', stroke: COLOUR.warn, strokeWidth: 2 },
        ),
      ],
    },
    label,
  );
  return (
    chart +
    legend([
      [COLOUR.main, 'cost'],
      [COLOUR.warn, 'baseline on demand'],
    ])
  );
}
