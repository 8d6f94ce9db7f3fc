import * as z from 'zod';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { Instant } from '../../core/contracts/quantities.ts';
import { oncePerClients } from '../runtime/clients.ts';
import { getItem, putItem, type Ledger } from './ledger-table.ts';

const Watched = z.object({
  /** by job: its schedule, and since when it is known here */
  jobs: z.record(z.string(), z.object({ schedule: z.string(), since: Instant })),
});
type Watched = z.infer<typeof Watched>;

const watchKey = { pk: 'WATCH', sk: 'SCHEDULES' };
const kept = oncePerClients(() => new Map<string, Watched>());

/**
 * Since when each job has its schedule: a job that has just been deployed promised nothing before. Read once per
 * cold start, and written when a deployment changed something.
 *
 * @returns instants by the job's name, of jobs that a schedule starts
 */
export async function scheduledSince(
  ledger: Ledger,
  jobs: readonly DeployedJob[],
  now: Date,
): Promise<ReadonlyMap<string, string>> {
  const cache = kept(ledger.clients);
  const known = cache.get(ledger.table) ?? (await getItem(ledger, watchKey, Watched)) ?? { jobs: {} };
  const scheduled = jobs.flatMap(({ name, start }) =>
    'schedule' in start ? [[name, `${start.schedule.cron} ${start.schedule.timeZone}`] as const] : [],
  );
  const current: Watched['jobs'] = Object.fromEntries(
    scheduled.map(([name, schedule]) => {
      const before = known.jobs[name];
      return [name, before?.schedule === schedule ? before : { schedule, since: now.toISOString() }];
    }),
  );
  const changed =
    Object.keys(known.jobs).length !== scheduled.length ||
    scheduled.some(([name]) => known.jobs[name] !== current[name]);
  if (changed) await putItem(ledger, { ...watchKey, jobs: current });
  cache.set(ledger.table, { jobs: current });
  return new Map(Object.entries(current).map(([name, { since }]) => [name, since]));
}
