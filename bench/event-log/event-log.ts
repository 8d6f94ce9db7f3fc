import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { CommandContext } from '../../cli/command-context.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { BYTES_PER_MIB } from '../../core/units.ts';
import { writeLog } from './write-log.ts';

export interface EventLogOptions {
  readonly mib: string;
  readonly encoding: 'plain' | 'gzip';
  readonly log?: string;
  readonly json?: boolean;
}

/** What one process that read the log says. */
const Measured = z.object({
  seconds: z.number(),
  /** of the whole process, Node.js and the program included */
  peakRssMib: z.number(),
  /** bytes of lines, uncompressed */
  bytes: z.number(),
  tasks: z.number(),
});
type Measured = z.infer<typeof Measured>;

const MIB_MAX = 64 * 1024;
const DIGITS = 3;

/**
 * Reads a log twice, each time in a process of its own: its lines alone, and summed up.
 *
 * @throws InvalidInputError  when the size is no number or the log cannot be read
 */
export function eventLog(options: EventLogOptions, context: CommandContext): void {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-'));
  try {
    const file = options.log ?? made(join(folder, 'log'), options, context);
    const lines = measured('lines', file);
    const summary = measured('summary', file);
    const result = {
      fileMib: rounded(statSync(file).size / BYTES_PER_MIB),
      mib: rounded(lines.bytes / BYTES_PER_MIB),
      tasks: summary.tasks,
      seconds: rounded(summary.seconds),
      peakRssMib: rounded(summary.peakRssMib),
      secondsVsLines: rounded(summary.seconds / lines.seconds),
      lines: { seconds: rounded(lines.seconds), peakRssMib: rounded(lines.peakRssMib) },
    };
    context.print(`${result.mib} MiB of events in a file of ${result.fileMib} MiB, ${result.tasks} tasks`);
    context.print('');
    context.print('                      seconds   peak memory');
    context.print(row('lines alone', result.lines));
    context.print(row('summed up', result));
    context.print(`${result.secondsVsLines} times as long as reading lines alone`);
    if (options.json === true) context.print(JSON.stringify(result));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function made(file: string, options: EventLogOptions, context: CommandContext): string {
  const mib = Number(options.mib);
  if (!(mib > 0) || mib > MIB_MAX) {
    throw new InvalidInputError(
      `--mib: found "${options.mib}"; allowed: a number above 0, up to ${MIB_MAX}.`,
    );
  }
  context.note(`Writing a log of ${mib} MiB …`);
  writeLog(file, mib * BYTES_PER_MIB, options.encoding);
  return file;
}

function measured(method: 'lines' | 'summary', file: string): Measured {
  const reader = fileURLToPath(new URL('read-log.ts', import.meta.url));
  const child = spawnSync(process.execPath, ['--import', 'tsx', reader, method, file], { encoding: 'utf8' });
  if (child.status !== 0) throw new InvalidInputError(`${file} cannot be read: ${child.stderr.trim()}`);
  return Measured.parse(JSON.parse(child.stdout));
}

function row(label: string, { seconds, peakRssMib }: { seconds: number; peakRssMib: number }): string {
  return `${label.padEnd(20)}${String(seconds).padStart(9)}${`${peakRssMib} MiB`.padStart(14)}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
