import * as Plot from '@observablehq/plot';
import { draw } from '../../dashboard/charts/draw.ts';

/** What a colour stands for. */
export interface Key {
  readonly name: string;
  readonly colour: string;
}

/** The suites' colours: Flarepath's own, and those of two baselines. */
export const COLOURS = { own: '#2b6cb0', first: '#a15c00', second: '#5f6b76' } as const;

/**
 * A picture that stands alone, on white, since it is shown where no style sheet of ours is.
 *
 * @param label  what it says, for those who do not see it
 */
export function standaloneChart(options: Plot.PlotOptions, label: string): string {
  const chart = draw(
    {
      marginLeft: 45,
      marginBottom: 40,
      style: { background: 'white', color: '#1d2126', fontSize: '11px' },
      ...options,
    },
    label,
  );
  return chart.includes('xmlns=') ? chart : chart.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}

/** Names in their colours, one below the other from a place in data coordinates. */
export function keyMarks(
  keys: readonly Key[],
  { x, y, stepY, anchor = 'start' }: { x: number; y: number; stepY: number; anchor?: 'start' | 'end' },
): Plot.Markish {
  return Plot.text(
    keys.map(({ name, colour }, i) => ({ name, colour, x, y: y - stepY * i })),
    { x: 'x', y: 'y', text: 'name', fill: 'colour', textAnchor: anchor },
  );
}
