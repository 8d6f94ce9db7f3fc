import * as z from 'zod';
import { Instant, Usd } from './quantities.ts';

/** Money that a cluster of no run cost, and what the reaper saved. Kept in the ledger, once a cluster. */
export const LeakRecord = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  /** null: no lease says whose it was */
  runKey: z.string().nullable(),
  /** why it is nobody's */
  reason: z.string(),
  /** since when nobody owned it */
  leakedSince: Instant,
  foundAt: Instant,
  runningInstances: z.number().int().nonnegative().nullable(),
  /** EC2, EMR's fee and disks of the instances that ran; null: unknown, `notes` says why */
  usdPerHour: Usd.nullable(),
  /** what it cost from then until it was found */
  leakedUsd: Usd.nullable(),
  /** what it would have cost from then on */
  avertedUsd: Usd.nullable(),
  /** when it would have ended by itself, by this assumption */
  wouldHaveEndedAt: Instant.nullable(),
  assumption: z.string(),
  /** what the figures had to assume */
  notes: z.array(z.string()).max(20),
  /** people were told; null: not yet */
  toldAt: Instant.nullable(),
});
export type LeakRecord = z.infer<typeof LeakRecord>;
