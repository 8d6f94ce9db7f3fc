import type { EventLogSummary } from '../../core/contracts/run-record.ts';
import { orderEventLogParts } from '../../core/event-log/order-event-log-parts.ts';
import { EventLogReader } from '../../core/event-log/read-event-log.ts';
import type { Clients } from '../runtime/clients.ts';
import { listObjects, placeOf, readObjectPieces } from './objects.ts';

const LISTING_PAGES_MAX = 5;

/**
 * Sums up every event log of a cluster, one an application, in the order of their names.
 *
 * @param uri  the cluster's folder, see eventLogUri
 */
export async function summariseEventLogs(clients: Clients, uri: string): Promise<EventLogSummary[]> {
  const place = placeOf(uri);
  const { objects } = await listObjects(clients, place, LISTING_PAGES_MAX);
  const byApplication = new Map<string, string[]>();
  for (const { key } of objects) {
    // A rolling log is a folder of parts; one that does not roll is an object of the application's name.
    const application = key.slice(place.key.length).split('/')[0] ?? '';
    if (application === '') continue;
    byApplication.set(application, [...(byApplication.get(application) ?? []), key]);
  }
  const summaries: EventLogSummary[] = [];
  for (const application of [...byApplication.keys()].sort()) {
    const keys = orderEventLogParts(byApplication.get(application) ?? []);
    const reader = new EventLogReader(keys);
    for (const key of keys) {
      const part = reader.part();
      await readObjectPieces(clients, { bucket: place.bucket, key }, (bytes) => part.push(bytes));
      part.end();
    }
    summaries.push(reader.summary());
  }
  return summaries;
}
