import * as z from 'zod';
import type { InstanceType } from '../contracts/market.ts';
import { usualExecutorCores } from '../executors/executor-layout.ts';
import { decimalNumber } from '../numerics/decimal-number.ts';
import { nearestNames } from '../numerics/nearest-names.ts';
import { MAX_LOAD_GIB } from '../contracts/job.ts';
import { BYTES_PER_GIB, BYTES_PER_MIB, epochMilliseconds, isoInstant, SECONDS_PER_DAY } from '../units.ts';
import { HistoryFileError, type HistoryFault } from './history-file-error.ts';
import { sniffDelimiter, splitTable, type TableLine } from './split-table.ts';
import type { TrainingRun } from './training-run.ts';

const MAX_FAULTS = 20;
const NEAREST_NAMES = 3;
/** Whatever is larger is a mistake, and would end in no number. */
const MOST_NODES = 100_000;
const MOST_MIB = MAX_LOAD_GIB * (BYTES_PER_GIB / BYTES_PER_MIB);
const MOST_SECONDS = 365 * SECONDS_PER_DAY;
/** A day stands for its midnight, UTC; a time of day needs its zone. */
const StartedAt = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** Which columns of the table hold what. */
interface HistoryColumns {
  /** nodes that worked, primary not counted */
  readonly instanceCount: string;
  readonly instanceType: string;
  readonly dataSizeMb: string;
  readonly runtimeSeconds: string;
  /** when the run started, ISO 8601; the column may be missing unless it is named by option, its cells may be empty */
  readonly at: string;
}

const DEFAULT_HISTORY_COLUMNS: HistoryColumns = {
  instanceCount: 'instance_count',
  instanceType: 'machine_type',
  dataSizeMb: 'data_size_MB',
  runtimeSeconds: 'gross_runtime',
  at: 'started_at',
};

interface ReadOptions {
  /** how faults name the file */
  readonly file?: string;
  /** found out from the header when not given */
  readonly delimiter?: string;
  readonly columns?: Partial<HistoryColumns>;
  /** parameters of the work, each a column of its name where there is one */
  readonly parameters?: readonly string[];
  readonly instanceTypeByName: (name: string) => InstanceType | undefined;
  /** names to suggest when a type is not known */
  readonly knownInstanceTypes?: readonly string[];
}

/**
 * Reads a table of past runs: CSV or TSV with a header, one run a line, repetitions welcome.
 *
 * @param text  the file's content; sizes in MB are taken as MiB, runtimes in seconds
 * @returns the runs in the file's order, and notes on what was ignored or is thin
 * @throws HistoryFileError  with every fault found (20 at most): empty file, missing column, unknown instance
 *   type, anything that is not a count, a size, a duration or an instant
 */
export function readHistory(text: string, options: ReadOptions): { runs: TrainingRun[]; notes: string[] } {
  const file = options.file ?? 'history';
  const firstLine =
    text
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\n|\r/)
      .find((line) => line.trim() !== '') ?? '';
  const lines = splitTable(text, options.delimiter ?? sniffDelimiter(firstLine));
  const [header, ...body] = lines;
  const names = { ...DEFAULT_HISTORY_COLUMNS, ...options.columns };
  if (header === undefined)
    fail([fault(file, 1, 'an empty file', `a header with ${listed(names)}, then one run a line`)]);
  const positions = locate(file, header, names, options.columns?.at !== undefined, options.parameters ?? []);
  if (body.length === 0) {
    fail([
      fault(
        file,
        header.line,
        'a header and no run',
        'at least one run; without any, leave the history away',
      ),
    ]);
  }
  const faults: HistoryFault[] = [];
  const runs = body.flatMap((line) => {
    const read = new RowReader(file, line, header, options);
    const run = read.run(positions);
    faults.push(...read.faults);
    return run === null ? [] : [run];
  });
  if (faults.length > 0) fail(faults);
  return { runs, notes: notesOn(header, body, positions, runs.length) };
}

type Positions = Record<Exclude<keyof HistoryColumns, 'at'>, number> & {
  readonly at: number | null;
  readonly parameters: readonly number[];
};

function locate(
  file: string,
  header: TableLine,
  names: HistoryColumns,
  dated: boolean,
  parameters: readonly string[],
): Positions {
  const faults: HistoryFault[] = [];
  const positionOf = (name: string): number => {
    const position = header.cells.indexOf(name);
    if (position < 0) {
      const found = `the columns ${header.cells.join(', ')}`;
      faults.push({
        ...fault(file, header.line, found, `a column named ${name}; or name yours by option`),
        field: name,
      });
    } else if (header.cells.lastIndexOf(name) !== position) {
      faults.push({ ...fault(file, header.line, `${name} twice`, 'each column once'), field: name });
    }
    return position;
  };
  const positions = {
    instanceCount: positionOf(names.instanceCount),
    instanceType: positionOf(names.instanceType),
    dataSizeMb: positionOf(names.dataSizeMb),
    runtimeSeconds: positionOf(names.runtimeSeconds),
    at: dated || header.cells.includes(names.at) ? positionOf(names.at) : null,
    parameters: parameters.filter((name) => header.cells.includes(name)).map(positionOf),
  };
  if (faults.length > 0) fail(faults);
  return positions;
}

/** Reads one line of the table and collects what is wrong with it. */
class RowReader {
  readonly faults: HistoryFault[] = [];
  readonly #file: string;
  readonly #line: TableLine;
  readonly #header: TableLine;
  readonly #options: ReadOptions;

  constructor(file: string, line: TableLine, header: TableLine, options: ReadOptions) {
    this.#file = file;
    this.#line = line;
    this.#header = header;
    this.#options = options;
  }

  run(positions: Positions): TrainingRun | null {
    const nodes = this.#number(
      positions.instanceCount,
      `a whole number of nodes from 1 to ${MOST_NODES}`,
      isCount,
    );
    const sizeMb = this.#number(
      positions.dataSizeMb,
      `a size in MB from 0 to ${MOST_MIB}`,
      (value) => value >= 0 && value <= MOST_MIB,
    );
    const runtimeSeconds = this.#number(
      positions.runtimeSeconds,
      `seconds above 0, at most ${MOST_SECONDS} (a year)`,
      (value) => value > 0 && value <= MOST_SECONDS,
    );
    const type = this.#instanceType(positions.instanceType);
    const at = this.#instant(positions.at);
    const parameters = positions.parameters.flatMap((position) => {
      const value = this.#number(position, 'a number', () => true);
      return value === null ? [] : [[this.#header.cells[position] ?? '', value] as const];
    });
    if (parameters.length < positions.parameters.length) return null;
    if (nodes === null || sizeMb === null || runtimeSeconds === null || type === null || at === undefined) {
      return null;
    }
    return {
      at,
      inputBytes: sizeMb * BYTES_PER_MIB,
      cores: usualExecutorCores(type, nodes),
      nodes,
      memoryMib: nodes * type.memoryMib,
      coreSpeed: type.coreSpeed,
      runtimeSeconds,
      weight: 1,
      ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
    };
  }

  #number(position: number, allowed: string, accept: (value: number) => boolean): number | null {
    const cell = this.#line.cells[position] ?? '';
    const value = decimalNumber(cell);
    if (Number.isFinite(value) && accept(value)) return value;
    this.#add(position, allowed);
    return null;
  }

  /** null: no date is given; undefined: what is given is none */
  #instant(position: number | null): string | null | undefined {
    const cell = position === null ? '' : (this.#line.cells[position] ?? '');
    if (position === null || cell === '') return null;
    if (StartedAt.safeParse(cell).success) return isoInstant(epochMilliseconds(cell));
    this.#add(position, 'ISO 8601 with its zone, such as 2026-01-05T02:00:00Z, a day, or nothing');
    return undefined;
  }

  #instanceType(position: number): InstanceType | null {
    const name = this.#line.cells[position] ?? '';
    const type = this.#options.instanceTypeByName(name);
    if (type !== undefined) return type;
    const near = nearestNames(name, this.#options.knownInstanceTypes ?? [], NEAREST_NAMES);
    this.#add(
      position,
      `an instance type of the catalogue${near.length === 0 ? '' : `, such as ${near.join(', ')}`}`,
    );
    return null;
  }

  #add(position: number, allowed: string): void {
    const cell = this.#line.cells[position];
    const found =
      cell === undefined ? 'a line that ends before this column' : cell === '' ? 'nothing' : `"${cell}"`;
    this.faults.push({
      ...fault(this.#file, this.#line.line, found, allowed),
      column: position + 1,
      field: this.#header.cells[position] ?? '',
    });
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MOST_NODES;
}

function notesOn(
  header: TableLine,
  body: readonly TableLine[],
  positions: Positions,
  runs: number,
): string[] {
  const { parameters, ...rest } = positions;
  const used = new Set<number | null>([...Object.values(rest), ...parameters]);
  const others = header.cells.filter((_, i) => !used.has(i));
  const numeric = others.filter((name) => {
    const i = header.cells.indexOf(name);
    return body.every(
      ({ cells }) => cells[i] !== undefined && cells[i] !== '' && Number.isFinite(Number(cells[i])),
    );
  });
  const notes: string[] = [];
  if (numeric.length > 0) {
    notes.push(
      `Not used, though numeric: ${numeric.join(', ')}. If the job's work depends on them, quantiles are wider: name them under workload.parameters in the job file, with the next run's values.`,
    );
  }
  const texts = others.filter((name) => !numeric.includes(name));
  if (texts.length > 0) notes.push(`Not used: ${texts.join(', ')}.`);
  if (runs === 1) {
    notes.push("One run only: it scales the prior of the job's task, and the quantiles stay wide.");
  }
  return notes;
}

function listed({ instanceCount, instanceType, dataSizeMb, runtimeSeconds }: HistoryColumns): string {
  return [instanceCount, instanceType, dataSizeMb, runtimeSeconds].join(', ');
}

function fault(file: string, line: number, found: string, allowed: string): HistoryFault {
  return { file, line, column: 0, field: '', found, allowed };
}

function fail(faults: readonly HistoryFault[]): never {
  throw new HistoryFileError(faults.slice(0, MAX_FAULTS), Math.max(0, faults.length - MAX_FAULTS));
}
