import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EventLogSummary } from '../../core/contracts/run-record.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { orderEventLogParts } from '../../core/event-log/order-event-log-parts.ts';
import { EventLogReader } from '../../core/event-log/read-event-log.ts';
import { mergeEventLogs } from '../../core/ledger/merge-event-logs.ts';

const PIECE_BYTES = 256 * 1024;
const ALLOWED = "Name a Spark event log: a file, or a rolling log's folder (eventlog_v2_…).";

/**
 * Sums up event logs, one an application, as one run's.
 *
 * @param paths  files, or folders of one rolling log each
 * @throws InvalidInputError  when one cannot be read or tells of no task
 */
export function readLogFiles(paths: readonly string[]): EventLogSummary {
  const logs = paths.map((path) => {
    const parts = partsOf(path);
    const reader = new EventLogReader(parts);
    parts.forEach((file) => readPart(file, reader));
    const log = reader.summary();
    if (log.stages.every(({ taskCount }) => taskCount === 0)) {
      throw new InvalidInputError(`${path}: ${(log.remarks ?? []).join(' ')} ${ALLOWED}`);
    }
    return log;
  });
  const merged = mergeEventLogs(logs);
  if (merged === null) throw new InvalidInputError(`Found no event log. ${ALLOWED}`);
  return merged;
}

function partsOf(path: string): string[] {
  return guarded(path, () => {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path, { withFileTypes: true })
      // Hadoop leaves checksums beside what it writes to a disk
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => join(path, name));
    const parts = orderEventLogParts(names);
    if (parts.length === 0) throw new InvalidInputError(`${path} holds no part of an event log. ${ALLOWED}`);
    if (parts.length > 1 && !parts.every((part) => basename(part).startsWith('events_'))) {
      throw new InvalidInputError(
        `${path} holds ${parts.length} files that are not parts of one rolling log. ${ALLOWED}`,
      );
    }
    return parts;
  });
}

function readPart(file: string, reader: EventLogReader): void {
  guarded(file, () => {
    const handle = openSync(file, 'r');
    try {
      const part = reader.part();
      for (;;) {
        // a buffer of its own for each piece: a decoder keeps what it has not used up
        const piece = new Uint8Array(PIECE_BYTES);
        const count = readSync(handle, piece, 0, PIECE_BYTES, null);
        if (count === 0) break;
        part.push(piece.subarray(0, count));
      }
      part.end();
    } finally {
      closeSync(handle);
    }
  });
}

function guarded<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    const why = error.code === 'ENOENT' ? 'it does not exist' : String(error.code);
    throw new InvalidInputError(`Cannot read ${path}: ${why}. ${ALLOWED}`);
  }
}
