import type { CommandContext } from '../../cli/command-context.ts';
import { sampleQuantile } from '../../core/numerics/quantiles.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { wholeNumberIn } from '../simulate/options.ts';
import type { JobScores, MethodScores } from './job-scores.ts';
import type { JobTable } from './job-table.ts';
import { flarepath, METHODS } from './methods.ts';
import type { RuntimeOptions } from './options.ts';
import { jsonOf, resultLines } from './print-results.ts';
import { readJobTables } from './read-job-tables.ts';
import {
  AVAILABILITIES,
  availabilitySplit,
  globalSplit,
  outwardSplit,
  scoreOf,
  type Score,
  type Split,
} from './protocol.ts';
import { writeDocs } from './write-docs.ts';

const MOST_SPLITS = 10_000;
const RUNS_OF_TIMED_FIT = 30;
const TIMED_FITS = 9;

/** @throws InvalidInputError  for options or data that cannot be used */
export function runtime(options: RuntimeOptions, context: CommandContext): void {
  const splits = wholeNumberIn('--splits', options.splits, MOST_SPLITS);
  const only = options.jobs === undefined ? null : options.jobs.split(',').map((name) => name.trim());
  const tables = readJobTables(options.data, only);
  const scores = tables.map((table) => scoresOf(table, splits, context));
  const fitMs = fitMilliseconds(tables);
  resultLines(scores, fitMs, splits).forEach(context.print);
  if (options.writeDocs === true) writeDocs(scores, fitMs, splits);
  if (options.json === true) context.print(JSON.stringify(jsonOf(scores, fitMs)));
}

function scoresOf(table: JobTable, count: number, context: CommandContext): JobScores {
  // every method meets the same splits
  const many = (label: string, split: (rng: () => number) => Split | null): Split[] =>
    Array.from({ length: count }, (_, i) => split(seededRng(`${table.name}/${label}/${i}`))).filter(
      (made) => made !== null,
    );
  const globalSplits = many('global', (rng) => globalSplit(table, rng));
  const outward = outwardSplit(table);
  const methods = Object.entries(METHODS).map(([name, method]): [string, MethodScores] => {
    context.note(`${table.name}: ${name}, ${count} splits of each kind`);
    const score = (splits: readonly Split[]) => scoreOf(method, table.columns, splits);
    const availability = AVAILABILITIES.flatMap((known): [number, Score][] => {
      const made = many(`availability ${known}`, (rng) => availabilitySplit(table, known, rng));
      return made.length === 0 ? [] : [[known, score(made)]];
    });
    return [
      name,
      {
        global: score(globalSplits),
        availability: new Map(availability),
        outward: outward === null ? null : score([outward]),
      },
    ];
  });
  return { table, methods: new Map(methods) };
}

/** Median milliseconds of processor time that a fit on 30 runs takes; null when no job has more. */
function fitMilliseconds(tables: readonly JobTable[]): number | null {
  const times = tables.flatMap((table) =>
    Array.from({ length: TIMED_FITS }, (_, i) => {
      const split = availabilitySplit(table, RUNS_OF_TIMED_FIT, seededRng(`${table.name}/fit/${i}`));
      if (split === null) return null;
      const before = process.cpuUsage().user;
      flarepath(table.columns, split.train);
      return (process.cpuUsage().user - before) / 1000;
    }),
  );
  const sorted = times.filter((time) => time !== null).sort((a, b) => a - b);
  return sorted.length === 0 ? null : sampleQuantile(sorted, 0.5);
}
