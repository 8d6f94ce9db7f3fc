import { MAX_LOAD_GIB, type Job } from '../../core/contracts/job.ts';
import type { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { forecastLoad } from '../../core/forecast/forecast-load.ts';
import { declaredInputBytes } from '../../core/job/declared-load.ts';
import { timeZoneOf } from '../../core/job/schedule.ts';
import { CATALOGUE, instanceTypeByName } from '../../core/market/catalogue.ts';
import { decimalNumber } from '../../core/numerics/decimal-number.ts';
import { certain, quantilesOf } from '../../core/numerics/quantiles.ts';
import { baselinePointOf } from '../../core/runtime-model/baseline-point.ts';
import { fitRuntimeModel } from '../../core/runtime-model/fit-runtime-model.ts';
import { readHistory } from '../../core/runtime-model/read-history.ts';
import { runsBefore } from '../../core/runtime-model/runs-before.ts';
import { tunedTo, type RuntimeModel, type TrainingRun } from '../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../core/units.ts';
import { mstlForecast } from '../../lambdas/runtime/mstl.ts';
import { readTextFile } from '../read-text-file.ts';
import { replayOfFiles } from '../replay/replay-of-files.ts';

/** What is known of a job's past, and the model fitted on it. */
export interface Past {
  readonly runs: readonly TrainingRun[];
  readonly model: RuntimeModel;
  readonly notes: readonly string[];
}

interface Options {
  readonly history?: string;
  readonly columns?: string;
  readonly log?: readonly string[];
}

/**
 * A job's past as a file tells it; load and runtime rest on the same runs.
 *
 * @param now  ISO 8601: what is dated later has not happened
 * @throws InvalidInputError  with every fault of the history file, or for a log that cannot be replayed
 */
export function readPast(job: Job, options: Options, now: string): Past {
  const { runs, notes } = pastIn(job, options, now);
  const replay = options.log === undefined ? null : replayOfFiles(options.log);
  const model = fitRuntimeModel({
    task: job.task,
    runs,
    baseline: baselinePointOf(job, instanceTypeByName),
    logged: replay?.known.run ?? null,
  });
  return {
    runs,
    model: tunedTo(model, job.workload?.parameters ?? {}),
    notes: [...notes, ...(replay?.known.notes ?? []), ...(replay?.log.remarks ?? [])],
  };
}

function pastIn(job: Job, options: Options, now: string): Omit<Past, 'model'> {
  if (options.history === undefined) {
    if (options.columns !== undefined) {
      throw new InvalidInputError(
        `--columns: found no --history; allowed: together, as --columns names the columns of that file.`,
      );
    }
    const basis = options.log === undefined ? 'what such jobs usually take' : 'the log';
    const note = `No history: the runtime rests on the job file and on ${basis}.`;
    return { runs: [], notes: [note] };
  }
  const { runs, notes } = readHistory(readTextFile(options.history, 'a CSV or TSV of past runs'), {
    file: options.history,
    columns: columnsOf(options.columns),
    parameters: Object.keys(job.workload?.parameters ?? {}),
    instanceTypeByName,
    knownInstanceTypes: CATALOGUE.map((type) => type.name),
  });
  const past = runsBefore(runs, now);
  return { runs: past.runs, notes: [...notes, ...past.notes] };
}

/**
 * The load of the run to plan: what the caller says; else the forecast from dated runs; else the sizes of
 * undated ones; else what the job file declares.
 */
export function loadOfRun(job: Job, scheduledAt: string, past: Past, loadGib?: string): LoadForecast {
  const common = { job: job.name, forScheduledAt: scheduledAt, historyPoints: 0, backtestMapePercent: null };
  if (loadGib !== undefined) {
    const inputBytes = certain(gibibytes(loadGib) * BYTES_PER_GIB);
    return { ...common, inputBytes, method: 'declared', reason: `--load-gib says ${loadGib} GiB.` };
  }
  const dated = past.runs.flatMap((run) =>
    run.at === null ? [] : [{ scheduledAt: run.at, inputBytes: run.inputBytes }],
  );
  if (dated.length === 0 && past.runs.length > 0) {
    return {
      ...common,
      historyPoints: past.runs.length,
      inputBytes: quantilesOf(past.runs.map((run) => run.inputBytes)),
      method: 'past-sizes',
      reason: `Any of the sizes of ${past.runs.length} past runs, which carry no dates. Dated ones (started_at) or --load-gib say it better.`,
    };
  }
  return forecastLoad({
    job: job.name,
    scheduledAt,
    manifest: null,
    history: dated,
    similar: [],
    declaredBytes: declaredInputBytes(job),
    timeZone: timeZoneOf(job),
    holidays: job.holidays ?? [],
    mstl: mstlForecast,
  });
}

function gibibytes(text: string): number {
  const value = decimalNumber(text);
  if (!(value > 0 && value <= MAX_LOAD_GIB)) {
    throw new InvalidInputError(
      `--load-gib: found "${text}"; allowed: a number above 0 and up to ${MAX_LOAD_GIB}, in GiB.`,
    );
  }
  return value;
}

const COLUMN_OPTIONS = {
  count: 'instanceCount',
  type: 'instanceType',
  size: 'dataSizeMb',
  runtime: 'runtimeSeconds',
  at: 'at',
} as const;

function columnsOf(text: string | undefined): Partial<Record<string, string>> {
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [option = '', column = ''] = pair.split('=').map((part) => part.trim());
      const known = Object.entries(COLUMN_OPTIONS).find(([name]) => name === option);
      if (known === undefined || column === '') {
        throw new InvalidInputError(
          `--columns: found "${pair}"; allowed: ${Object.keys(COLUMN_OPTIONS).join('=…,')}=… with a column's name.`,
        );
      }
      return [known[1], column];
    }),
  );
}
