import * as z from 'zod';
import { Instant, Quantiles } from './quantities.ts';

/** How much one run has to process, as a distribution, and why that is believed. */
export const LoadForecast = z.object({
  job: z.string(),
  forScheduledAt: Instant,
  inputBytes: Quantiles,
  method: z.enum(['manifest', 'seasonal-profile', 'similar-jobs', 'declared', 'uninformed']),
  /** points of the job's own past it rests on */
  historyPoints: z.number().int().nonnegative(),
  /** mean absolute percentage error of the same method at earlier origins, 0..; null when there were none */
  backtestMapePercent: z.number().nonnegative().nullable(),
  reason: z.string(),
});
export type LoadForecast = z.infer<typeof LoadForecast>;
