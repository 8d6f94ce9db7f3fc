import type { RunRecord } from '../../core/contracts/run-record.ts';
import { alarmOfFailure } from '../../core/detect/alarms-of.ts';
import type { Clients } from '../runtime/clients.ts';
import { eachDespiteFailures } from '../runtime/despite-failures.ts';
import { putAlarms } from './alarm-bus.ts';

/**
 * Raises an alarm about an attempt that failed. That there is an alarm is worth less than the run: where none could be
 * raised, the run goes on.
 *
 * @returns why none could be raised; null when it was, or there was no need
 */
export async function putAttemptAlarm(
  clients: Clients,
  source: string,
  { job, runKey, attempt, failure }: Pick<RunRecord, 'job' | 'runKey' | 'attempt' | 'failure'>,
  clusterId: string | null,
  now: Date,
): Promise<string | null> {
  const about = { job, runKey, attempt, clusterId };
  const alarm = failure === null ? null : alarmOfFailure(failure, about, now.toISOString());
  if (alarm === null) return null;
  const failed = await eachDespiteFailures(
    [alarm],
    ({ rule }) => rule,
    () => putAlarms(clients, source, [alarm]),
  );
  return failed[0] ?? null;
}
