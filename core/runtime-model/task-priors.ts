import * as z from 'zod';
import type { Job } from '../contracts/job.ts';

/** Coefficients of the runtime features, in their order. None is negative. */
export const RuntimeCoefficients = z.object({
  fixedSeconds: z.number().nonnegative(),
  coreSecondsPerGib: z.number().nonnegative(),
  secondsPerLogCore: z.number().nonnegative(),
  secondsPerCore: z.number().nonnegative(),
  spillCoreSecondsPerGib: z.number().nonnegative(),
});
export type RuntimeCoefficients = z.infer<typeof RuntimeCoefficients>;

export interface TaskPrior {
  readonly coefficients: Readonly<RuntimeCoefficients>;
  /** standard deviation of log runtime of a job of this kind about which nothing else is known */
  readonly logSpread: number;
}

/** A prior that does not come from the job's kind. */
export interface NamedPrior {
  readonly prior: TaskPrior;
  /** what it is, as the subject of a sentence: "the replay of …" */
  readonly remark: string;
}

/**
 * What a job of each kind takes before one has been seen. Orders of magnitude, on a core as fast as an m5's:
 * an ETL pass reads, shuffles and writes its input about once; features join and aggregate it; training goes
 * over it several times; serving fills a cache. The spreads are wide on purpose: 0.9 means that two thirds of
 * such jobs take between 0.4 and 2.5 times the prior.
 */
export const TASK_PRIORS: Readonly<Record<Job['task'], TaskPrior>> = {
  etl: { coefficients: prior(60, 300), logSpread: 0.9 },
  features: { coefficients: prior(60, 500), logSpread: 1 },
  training: { coefficients: prior(90, 1500), logSpread: 1.2 },
  serving: { coefficients: prior(60, 150), logSpread: 1 },
};

function prior(fixedSeconds: number, coreSecondsPerGib: number): RuntimeCoefficients {
  return {
    fixedSeconds,
    coreSecondsPerGib,
    secondsPerLogCore: 3,
    secondsPerCore: 0.02,
    spillCoreSecondsPerGib: 0.15 * coreSecondsPerGib,
  };
}
