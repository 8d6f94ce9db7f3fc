import * as z from 'zod';
import { Instant } from '../core/contracts/quantities.ts';
import { idleUntil } from '../core/control/idle-until.ts';
import { RetryableError } from '../core/errors.ts';
import { putAlarms } from './aws/alarm-bus.ts';
import { alarmsOfFlights, flightsAmong } from './aws/flights.ts';
import { liveIncidentIds, openRuns } from './aws/ledger-open-runs.ts';
import { alarmsEnvironment, commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * One look at everything that flies: what EMR measures, and what pilots predict, becomes alarms by the expert rules.
 * Incidents that are open are looked after, whether there are alarms or not.
 *
 * Needs:
 * - dynamodb:GetItem, Query on the ledger
 * - cloudwatch:GetMetricData on *
 * - events:PutEvents on the default event bus
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...alarmsEnvironment });

const Watched = z.object({
  flights: z.number().int(),
  alarms: z.number().int(),
  /** nothing becomes due before, unless something changes; this pass's own instant when something may */
  idleUntil: Instant,
});

export const handler = stateHandler(
  { environment: Environment, input: z.looseObject({}), output: Watched },
  async (_tick, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const begunAt = now().toISOString();
    const runs = await openRuns(ledger);
    const incidentIds = await liveIncidentIds(ledger);
    if (runs.length + incidentIds.length === 0)
      return { flights: 0, alarms: 0, idleUntil: idleUntil(begunAt, []) };
    const { flights, failed } = await flightsAmong(ledger, runs);
    const alarms = await alarmsOfFlights(clients, flights, now());
    if (alarms.length + incidentIds.length > 0) await putAlarms(clients, environment.ALARM_SOURCE, alarms);
    if (alarms.length > 0) log.warn('alarms', { alarms });
    if (failed.length > 0)
      throw new WatchIncompleteError(`${failed.length} failed, all else was watched: ${failed.join('; ')}`);
    return { flights: flights.length, alarms: alarms.length, idleUntil: begunAt };
  },
);

/** Thrown when a flight could not be watched, after all others were: the next pass does it again. */
class WatchIncompleteError extends RetryableError {
  override readonly name = 'WatchIncompleteError';
}
