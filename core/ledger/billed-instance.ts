import * as z from 'zod';
import { FleetRole, PurchaseOption } from '../contracts/fleet-plan.ts';
import { Instant } from '../contracts/quantities.ts';

/** One instance of a cluster, as it is billed. */
export const BilledInstance = z.object({
  instanceType: z.string(),
  zone: z.string(),
  role: FleetRole,
  market: PurchaseOption,
  startedAt: Instant,
  /** null: still there */
  endedAt: Instant.nullable(),
  /** AWS took it back */
  reclaimed: z.boolean().default(false),
  /** it failed by itself, or AWS took it back: nobody asked it to go */
  failed: z.boolean().optional(),
});
export type BilledInstance = z.infer<typeof BilledInstance>;
