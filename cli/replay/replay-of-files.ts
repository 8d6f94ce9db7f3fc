import type { EventLogSummary } from '../../core/contracts/run-record.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { replayLog, type Replay } from '../../core/runtime-model/replay/replay-log.ts';
import { runOfLog, type RunOfLog } from '../../core/runtime-model/replay/run-of-log.ts';
import { whereTimeGoes, type TimeSpent } from '../../core/runtime-model/replay/where-time-goes.ts';
import { readLogFiles } from './read-log-files.ts';

interface ReplayOfFiles {
  readonly log: EventLogSummary;
  readonly known: RunOfLog;
  readonly replayed: Replay;
  readonly timeSpent: TimeSpent;
}

/**
 * A run as its event logs tell it, ready to be replayed.
 *
 * @param paths  of the logs of its steps, in order
 * @throws InvalidInputError  when a log cannot be read, or tells too little to be replayed
 */
export function replayOfFiles(paths: readonly string[]): ReplayOfFiles {
  const log = readLogFiles(paths);
  const known = runOfLog(log);
  const replayed = known === null ? null : replayLog(known.run);
  const timeSpent = whereTimeGoes(log);
  if (known !== null && replayed !== null && timeSpent !== null) return { log, known, replayed, timeSpent };
  const lacking =
    log.executorCores === undefined ? 'its executors, so their cores are not known' : 'a stage with a time';
  const found = [`nothing of ${lacking}.`, ...(log.remarks ?? [])].join(' ');
  throw new InvalidInputError(
    `${paths.join(', ')}: found ${found} Name a log that holds its application's beginning.`,
  );
}
