import * as z from 'zod';
import { Bytes, DocumentRef, Instant, Quantiles } from './quantities.ts';

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
  /** `load-`, the method, and the first 12 digits of the hash of what it rests on; missing in earlier forecasts */
  version: z.string().optional(),
  /** what it rests on, a ForecastBasis */
  basis: DocumentRef.optional(),
});
export type LoadForecast = z.infer<typeof LoadForecast>;

/** Loads in brief: milliseconds since the epoch and bytes. */
const BriefLoads = z.array(z.tuple([z.number(), z.number()]));

/** All that a forecast rests on, under its content hash: the same basis gives the same forecast. */
export const ForecastBasis = z.object({
  job: z.string(),
  forScheduledAt: Instant,
  method: ForecastMethod,
  countedBytes: Bytes.nullable(),
  countComplete: z.boolean().nullable(),
  declaredBytes: Bytes.nullable(),
  timeZone: z.string(),
  holidays: z.array(z.string()),
  history: BriefLoads,
  similar: z.array(z.object({ job: z.string(), history: BriefLoads })),
});
export type ForecastBasis = z.infer<typeof ForecastBasis>;

/** What one earlier run had to process. */
export const LoadPoint = z.object({ scheduledAt: Instant, inputBytes: Bytes });
export type LoadPoint = z.infer<typeof LoadPoint>;
