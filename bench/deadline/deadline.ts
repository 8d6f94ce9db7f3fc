import type { CommandContext } from '../../cli/command-context.ts';
import { wholeNumberIn } from '../simulate/options.ts';
import { flyCell, type Cell } from './cells.ts';
import { readTraces } from './read-traces.ts';
import { DEADLINES_HOURS, OVERHEADS_MINUTES, windowsOf } from './windows.ts';

/** As they stand on the command line. */
export interface DeadlineOptions {
  readonly data: string;
  readonly windows: string;
  readonly json?: boolean;
}

const MOST_WINDOWS = 1000;
/** Progress is told this often. */
const WINDOWS_PER_NOTE = 40;

/** Runs the suite as the command line asks for it. @throws InvalidInputError for data that cannot be used */
export function deadline(options: DeadlineOptions, context: CommandContext): void {
  const perTrace = wholeNumberIn('--windows', options.windows, MOST_WINDOWS);
  const traces = readTraces(options.data);
  const asked = OVERHEADS_MINUTES.flatMap((overheadMinutes) =>
    DEADLINES_HOURS.map((deadlineHours) => ({
      deadlineHours,
      overheadMinutes,
      windows: windowsOf(traces, deadlineHours, overheadMinutes, perTrace),
    })),
  );
  const all = asked.reduce((sum, { windows }) => sum + windows.length, 0);
  let flown = 0;
  const told = () => {
    flown += 1;
    if (flown % WINDOWS_PER_NOTE === 0) context.note(`${flown} of ${all} windows`);
  };
  const cells = asked.map(({ deadlineHours, overheadMinutes, windows }) =>
    flyCell(deadlineHours, overheadMinutes, windows, told),
  );
  const closedPercentMean = cells.reduce((sum, cell) => sum + cell.closedPercent, 0) / cells.length;
  context.print(`48 h of work on spot, ${traces.length} traces, cost / on demand\n`);
  tableOf(cells).forEach(context.print);
  context.print(`\nOn average ${closedPercentMean.toFixed(1)} % of the way to the optimum is closed.`);
  if (options.json === true) context.print(JSON.stringify({ cells: cells.map(rounded), closedPercentMean }));
}

function tableOf(cells: readonly Cell[]): string[] {
  const heading = 'deadline overhead windows  greedy uniform Flarepath optimum  closed missed';
  const rows = cells.map((cell) =>
    [
      `${cell.deadlineHours} h`.padStart(8),
      `${cell.overheadMinutes} min`.padStart(8),
      String(cell.windows).padStart(7),
      cell.greedy.toFixed(3).padStart(7),
      cell.uniformProgress.toFixed(3).padStart(7),
      cell.ours.toFixed(3).padStart(9),
      cell.optimum.toFixed(3).padStart(7),
      `${cell.closedPercent.toFixed(1)} %`.padStart(7),
      String(cell.missed).padStart(6),
    ].join(' '),
  );
  return [heading, ...rows];
}

function rounded(cell: Cell): Cell {
  const places = (value: number) => Math.round(value * 1e5) / 1e5;
  return {
    ...cell,
    greedy: places(cell.greedy),
    uniformProgress: places(cell.uniformProgress),
    ours: places(cell.ours),
    optimum: places(cell.optimum),
    closedPercent: places(cell.closedPercent),
  };
}
