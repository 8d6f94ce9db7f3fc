import * as z from 'zod';
import { Quantiles } from '../contracts/quantities.ts';
import { PeakMemoryLaw } from './peak-memory.ts';
import { Refinement } from './refinement.ts';
import { FittedSurface } from './surface/fitted-surface.ts';
import { RuntimeCoefficients } from './task-priors.ts';

const Range = z.tuple([z.number(), z.number()]);

/** How long a load takes on a cluster, as fitted: a document of the ledger, versioned by its content. */
export const RuntimeModel = z.object({
  /** `runtime-` and the first 12 digits of the hash of everything else */
  version: z.string(),
  /** a sentence a person understands */
  description: z.string(),
  task: z.enum(['etl', 'features', 'training', 'serving']),
  /** runs and distinct configurations it rests on */
  runsKnown: z.number().int().nonnegative(),
  configurationsKnown: z.number().int().nonnegative(),
  coefficients: RuntimeCoefficients,
  /** log of actual over what the coefficients say, inside the range seen */
  logResidual: Quantiles,
  /** what the runtime surface knows better than the coefficients; null when it does not */
  refinement: Refinement.nullable().default(null),
  /** of the work for which the refinement holds: the newest run's; none where they never differed */
  parameters: z.record(z.string(), z.number()).default({}),
  /** what a table for other parameters is made of; null where they never differed */
  surface: FittedSurface.nullable().default(null),
  /** runs that count for less, by which factor and why */
  doubts: z
    .array(z.object({ runKey: z.string().nullable(), factor: z.number().min(0).max(1), reason: z.string() }))
    .default([]),
  /** cores that work ÷ cores there are, while the parallel part runs */
  parallelBusyShare: z.number().min(0).max(1),
  /**
   * added to the log odds of the utilisation that the coefficients imply (core/runtime-model/utilisation.ts); 0 in
   * models of versions before
   */
  utilisationLogOdds: z.number().default(0),
  /** log odds of a run's utilisation minus those expected; null in models of versions before: as of a job without runs */
  utilisationResidual: Quantiles.nullable().default(null),
  /** what a core's work holds in memory; null where no run told, and in models of versions before */
  peakMemory: PeakMemoryLaw.nullable().default(null),
  /** what the runs cover; null without runs: then every prediction is a prior's */
  seen: z
    .object({
      inputBytes: Range,
      effectiveCores: Range,
      memoryMibPerCore: Range,
      coreSpeeds: z.array(z.number().positive()).min(1),
    })
    .nullable(),
});
export type RuntimeModel = z.infer<typeof RuntimeModel>;
