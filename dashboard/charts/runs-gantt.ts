import * as Plot from '@observablehq/plot';
import { secondsBetween, SECONDS_PER_MINUTE } from '../../core/units.ts';
import type { RunView } from '../report-data.ts';
import { COLOUR, draw, legend } from './draw.ts';

const ROW_PIXELS = 17;
const MARGIN_PIXELS = 50;

/** A row a run, in minutes after its scheduled start: start-up, steps, and the deadline. */
export function runsGantt(runs: readonly RunView[], label: string): string {
  const rows = runs.map(({ record }) => {
    const minutes = (instant: string | null) =>
      instant === null ? null : secondsBetween(record.scheduledAt, instant) / SECONDS_PER_MINUTE;
    return {
      run: `${record.scheduledAt.slice(5, 10)} ${record.scheduledAt.slice(11, 16)}`,
      launched: minutes(record.launchedAt),
      started: minutes(record.stepsStartedAt),
      ended: minutes(record.stepsEndedAt),
      deadline: minutes(record.deadlineAt),
      colour: record.outcome === 'succeeded' ? COLOUR.main : COLOUR.bad,
      note: record.outcome === 'succeeded' || record.outcome === 'late' ? null : record.outcome,
    };
  });
  const launched = rows.filter((row) => row.launched !== null);
  const chart = draw(
    {
      height: MARGIN_PIXELS + ROW_PIXELS * rows.length,
      marginLeft: 78,
      x: { label: 'minutes after the scheduled start', grid: true, zero: true },
      y: { label: null, domain: rows.map((row) => row.run) },
      marks: [
        Plot.barX(launched, {
          y: 'run',
          x1: 'launched',
          x2: (row: Row) => row.started ?? row.ended ?? row.launched,
          fill: COLOUR.band,
          insetTop: 3,
          insetBottom: 3,
        }),
        Plot.barX(
          rows.filter((row) => row.started !== null),
          {
            y: 'run',
            x1: 'started',
            x2: (row: Row) => row.ended ?? row.started,
            fill: 'colour',
            insetTop: 3,
            insetBottom: 3,
          },
        ),
        Plot.tickX(rows, { y: 'run', x: 'deadline', stroke: COLOUR.ink, strokeWidth: 2 }),
        Plot.text(
          rows.filter((row) => row.note !== null),
          { y: 'run', x: () => 0, text: 'note', textAnchor: 'start', fill: COLOUR.bad, dx: 4 },
        ),
      ],
    },
    label,
  );
  return (
    chart +
    legend([
      [COLOUR.band, 'cluster starting'],
      [COLOUR.main, 'steps, on time'],
      [COLOUR.bad, 'late or failed'],
      [COLOUR.ink, 'deadline'],
    ])
  );
}

interface Row {
  launched: number | null;
  started: number | null;
  ended: number | null;
}
