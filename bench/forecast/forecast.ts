import { existsSync } from 'node:fs';
import type { CommandContext } from '../../cli/command-context.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { casesOf, type Cadence } from './cases.ts';
import { evaluate, type CaseScores } from './evaluate.ts';
import { summaryLines } from './print-summary.ts';
import { readSeries } from './read-series.ts';
import { writeDocs } from './write-docs.ts';
import { summarise } from './summary.ts';

/** As they stand on the command line. */
export interface ForecastOptions {
  readonly cadence: Cadence;
  readonly data?: string;
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}

const DATA_FOLDER = '../shared/data';
/** Progress is told this often. */
const CASES_PER_NOTE = 50;

/** Runs the suite as the command line asks for it. @throws InvalidInputError when there are no series to read */
export function forecast(options: ForecastOptions, context: CommandContext): void {
  if (options.data === undefined && !existsSync(DATA_FOLDER)) {
    throw new InvalidInputError(
      `--data: left out, and ${DATA_FOLDER} does not exist. Name a folder of series; form: docs/benchmarks.md.`,
    );
  }
  const cases = casesOf(options.cadence, readSeries(options.data ?? DATA_FOLDER));
  const scores: CaseScores[] = [];
  for (const one of cases) {
    scores.push(evaluate(one));
    if (scores.length % CASES_PER_NOTE === 0) context.note(`${scores.length} of ${cases.length} forecasts`);
  }
  const summary = summarise(options.cadence, scores);
  summaryLines(summary).forEach(context.print);
  if (options.writeDocs === true) writeDocs(summary, scores);
  if (options.json === true) context.print(JSON.stringify(summary));
}
