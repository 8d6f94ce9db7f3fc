import * as z from 'zod';
import { isMetricsPass } from '../core/detect/watched-metrics.ts';
import { RetryableError } from '../core/errors.ts';
import { MILLISECONDS_PER_SECOND } from '../core/units.ts';
import { putAlarms } from './aws/alarm-bus.ts';
import { alarmsOfFlights, flightsAmong } from './aws/flights.ts';
import { liveIncidentIds } from './aws/ledger-incidents.ts';
import { openRuns } from './aws/ledger-open-runs.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
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
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  /** how often this function is called */
  WATCH_EVERY_SECONDS: z.string().transform(Number).pipe(z.number().int().positive()),
});

const Watched = z.object({ flights: z.number().int(), alarms: z.number().int() });

export const handler = stateHandler(
  { environment: Environment, input: z.looseObject({}), output: Watched },
  async (_tick, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const open = await openRuns(ledger);
    const { flights, failed } = await flightsAmong(ledger, open);
    const seconds = now().getTime() / MILLISECONDS_PER_SECOND;
    const measure = flights.length > 0 && isMetricsPass(seconds, environment.WATCH_EVERY_SECONDS);
    const alarms = await alarmsOfFlights(clients, flights, measure, now());
    const live = await liveIncidentIds(ledger);
    if (alarms.length + live.length > 0) await putAlarms(clients, alarms);
    if (alarms.length > 0) log.warn('alarms', { alarms });
    if (failed.length > 0)
      throw new WatchIncompleteError(`${failed.length} failed, all else was watched: ${failed.join('; ')}`);
    return { flights: flights.length, alarms: alarms.length };
  },
);

/** Thrown when a flight could not be watched, after all others were: the next pass does it again. */
class WatchIncompleteError extends RetryableError {
  override readonly name = 'WatchIncompleteError';
}
