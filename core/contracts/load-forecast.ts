import * as z from 'zod';
import { Bytes, Instant, Quantiles } from './quantities.ts';

const ForecastMethod = z.enum([
  'manifest',
  'ensemble',
  /** in forecasts kept from before there was an ensemble */
  'seasonal-profile',
  'similar-jobs',
  'past-sizes',
  'declared',
  'uninformed',
]);

/** How much one run has to process, as a distribution, and why that is believed. */
export const LoadForecast = z.object({
  job: z.string(),
  forScheduledAt: Instant,
  inputBytes: Quantiles,
  method: ForecastMethod,
  /** points of the job's own past it rests on */
  historyPoints: z.number().int().nonnegative(),
  /** mean absolute percentage error of the same method at earlier origins, 0..; null when there were none */
  backtestMapePercent: z.number().nonnegative().nullable(),
  reason: z.string(),
  /** what the ensemble mostly consists of, heaviest first: weights fall with the error at earlier origins */
  members: z.array(z.object({ name: z.string(), weight: z.number().min(0).max(1) })).optional(),
  /** what was expected before the input was counted: how good forecasts are is judged on it */
  beforeCounting: z.object({ inputBytes: Quantiles, method: ForecastMethod }).optional(),
});
export type LoadForecast = z.infer<typeof LoadForecast>;

/** What one earlier run had to process. */
export const LoadPoint = z.object({ scheduledAt: Instant, inputBytes: Bytes });
export type LoadPoint = z.infer<typeof LoadPoint>;
