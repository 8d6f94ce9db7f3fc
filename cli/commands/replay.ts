import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { decimalNumber } from '../../core/numerics/decimal-number.ts';
import { nodeMibOfHeap } from '../../core/runtime-model/replay/run-of-log.ts';
import { MIB_PER_GIB } from '../../core/units.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { describeReplay, type ReplayedPoint } from '../replay/describe-replay.ts';
import { replayOfFiles } from '../replay/replay-of-files.ts';

interface Options {
  readonly cores?: string;
  readonly memoryGib?: string;
  readonly load: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  flarepath replay application_1700000000000_0001_1
  flarepath replay eventlog_v2_application_1700000000000_0001 --cores 16,64,256
  flarepath replay log.zstd --memory-gib 2,4 --load 0.5,1,2 --json

A log is a file or a rolling log's folder; plain, zstd, lz4 or gzip. Several
logs are the steps of one run, in order. Its stages are replayed: tasks, skew,
shuffle, spill and the driver's own time, on cores as fast as the log's.

Exit codes: 0 done; 2 bad input.`;

export function addReplay(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('replay')
    .summary("what a Spark event log's run would take elsewhere")
    .description('Replays one run from its event log for other cores, memory and loads.')
    .argument('<log...>', 'Spark event logs')
    .option('--cores <list>', "executor cores; default: a quarter of the log's to four times")
    .option('--memory-gib <list>', "executor memory for each core, GiB; default: the log's")
    .option('--load <list>', "factors on the log's input", '1')
    .option(
      '--json',
      'one JSON object: {log, timeSpent, criticalPathSeconds, singleCoreShare, points, notes}',
    )
    .addHelpText('after', EXAMPLES)
    .action((logs: string[], options: Options) => finish(replay(logs, options, context)));
}

const CORE_FACTORS = [0.25, 0.5, 1, 2, 4] as const;
const LIST_MAX = 20;

function replay(paths: readonly string[], options: Options, context: CommandContext): number {
  const loads = numbersOf('--load', options.load, FACTORS);
  const asked = options.cores === undefined ? null : numbersOf('--cores', options.cores, CORES);
  const memories =
    options.memoryGib === undefined ? null : numbersOf('--memory-gib', options.memoryGib, MEMORY_GIB);
  const { log, known, replayed, timeSpent } = replayOfFiles(paths);
  const { run, heapMibPerCore, notes } = known;
  const cores = asked ?? [
    ...new Set(CORE_FACTORS.map((factor) => Math.max(Math.round(run.cores * factor), 1))),
  ];
  const points = loads.flatMap((load) =>
    (memories ?? [heapMibPerCore / MIB_PER_GIB]).flatMap((memoryGibPerCore) =>
      cores.map((count): ReplayedPoint => {
        const seconds = replayed.secondsOn({
          inputBytes: run.inputBytes * load,
          cores: count,
          nodes: run.nodes,
          memoryMib: count * nodeMibOfHeap(memoryGibPerCore * MIB_PER_GIB),
          coreSpeed: run.coreSpeed,
        });
        return { load, cores: count, memoryGibPerCore, seconds };
      }),
    ),
  );
  const { criticalPathSeconds, singleCoreShare } = replayed;
  if (options.json === true) {
    const result = { log, timeSpent, criticalPathSeconds, singleCoreShare, points, notes };
    context.print(JSON.stringify(result));
  } else {
    describeReplay({ run, timeSpent, replayed, points, notes }).forEach(context.print);
  }
  return EXIT.ok;
}

interface Allowed {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

const FACTORS: Allowed = { least: 0.001, most: 1000 };
const CORES: Allowed = { least: 1, most: 100_000, whole: true };
const MEMORY_GIB: Allowed = { least: 0.1, most: 1024 };

function numbersOf(option: string, text: string, { least, most, whole = false }: Allowed): number[] {
  const parts = text.split(',').map((part) => part.trim());
  const isAllowed = (value: number) => value >= least && value <= most && (!whole || Number.isInteger(value));
  const wrong = parts.find((part) => !isAllowed(decimalNumber(part)));
  if (parts.length <= LIST_MAX && wrong === undefined) return parts.map(decimalNumber);
  throw new InvalidInputError(
    `${option}: found "${wrong ?? text}"; allowed: up to ${LIST_MAX} ${whole ? 'whole ' : ''}numbers from ${least} to ${most}, with commas between them.`,
  );
}
