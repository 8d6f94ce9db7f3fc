import * as z from 'zod';
import { DocumentRef, Instant, Probability, Quantiles, Usd } from './quantities.ts';
import { Architecture } from './market.ts';
import { PlanModels } from './model-version.ts';

export const PurchaseOption = z.enum(['on-demand', 'spot']);
export const FleetRole = z.enum(['primary', 'core', 'task']);
export type FleetRole = z.infer<typeof FleetRole>;

/** One EMR instance fleet. Units are vCPUs: a type's weight is its vCPU count. */
export const Fleet = z.object({
  role: FleetRole,
  instanceTypes: z
    .array(z.object({ name: z.string(), weightUnits: z.number().int().min(1).max(999) }))
    .min(1)
    .max(30),
  onDemandUnits: z.number().int().nonnegative(),
  spotUnits: z.number().int().nonnegative(),
});
export type Fleet = z.infer<typeof Fleet>;

const DriverShape = z.object({
  cores: z.number().int().positive(),
  memoryMib: z.number().int().positive(),
  memoryOverheadMib: z.number().int().nonnegative(),
});
export type DriverShape = z.infer<typeof DriverShape>;

/** How Spark is laid out on the nodes. */
export const ExecutorShape = z.object({
  cores: z.number().int().positive(),
  memoryMib: z.number().int().positive(),
  memoryOverheadMib: z.number().int().nonnegative(),
  /** its container takes room on one core node */
  driver: DriverShape,
});
export type ExecutorShape = z.infer<typeof ExecutorShape>;

/** What the plan is expected to do, over the scenarios it was judged on. */
export const PlanForecast = z.object({
  costUsd: Usd,
  costHighUsd: Usd,
  lateProbability: Probability,
  /** first step's start to last step's end */
  runtimeSeconds: Quantiles,
  /** request to first step */
  startupSeconds: z.number().nonnegative(),
  utilisation: Probability,
  /** its distribution over the same scenarios; absent in plans of versions before */
  utilisationQuantiles: Quantiles.optional(),
  /**
   * most that the work of an executor core holds in memory for data when it has room; absent where no run of the job
   * has told, and in plans of versions before
   */
  peakMemoryMibPerCore: Quantiles.optional(),
  /** room that an executor core has for that; absent as above */
  memoryRoomMibPerCore: z.number().nonnegative().optional(),
  /** how likely tasks want more than the room, and write to disk what does not fit; absent as above */
  spillProbability: Probability.optional(),
  costSplitUsd: z.object({ compute: Usd, emrFee: Usd, storage: Usd }),
});
export type PlanForecast = z.infer<typeof PlanForecast>;

/** A plan that was not chosen, and why. */
export const Alternative = z.object({
  label: z.string(),
  fleets: z.array(Fleet),
  forecast: PlanForecast,
  whyNot: z.string(),
});
export type Alternative = z.infer<typeof Alternative>;

/** A fleet that would teach most for its money, and what is expected of it. */
export const TryNext = z.object({
  zone: z.string(),
  fleets: z.array(Fleet),
  costUsd: Usd,
  /** by how much a run may be expected to be cheaper than the plan, if it turns out to be */
  expectedImprovementUsd: Usd,
  /** the most that knowing the runtime, or the load, before planning would save */
  runtimeWorthUsd: Usd,
  loadWorthUsd: Usd,
  /** this very plan is the try */
  tried: z.boolean(),
  reason: z.string(),
});
export type TryNext = z.infer<typeof TryNext>;

export const FleetPlan = z.object({
  runKey: z.string(),
  job: z.string(),
  plannedAt: Instant,
  deadlineAt: Instant,
  region: z.string(),
  zone: z.string(),
  architecture: Architecture,
  fleets: z.array(Fleet).min(2).max(3),
  /** types that the task fleet may be given in flight, should its own not be had on spot; absent: none, or unknown */
  substitutes: Fleet.shape.instanceTypes.optional(),
  executor: ExecutorShape,
  ebsGib: z.number().int().nonnegative(),
  /** the load that it was made for; absent in plans of versions before, whose flights are not sized again */
  inputBytes: Quantiles.optional(),
  /** task time of the run's Spark applications by what past runs took; absent when none tells, and in older plans */
  expectedTaskSeconds: z.number().positive().optional(),
  /**
   * what a node of each of the fleets' types costs on demand in the plan's zone, EMR fee included, disks not, as
   * surveyed; absent in plans of earlier versions: the catalogue's prices stand in
   */
  nodeUsdPerHour: z.record(z.string(), Usd).optional(),
  /** of gp3 as surveyed; absent: as in us-east-1, and in plans of versions before */
  storageUsdPerGibMonth: Usd.optional(),
  /** what the fleet may grow to in flight: the job's nodes, and what earlier attempts left of the run's limit */
  bounds: z.object({ maxNodes: z.number().int().positive(), limitUsd: Usd }),
  forecast: PlanForecast,
  /** how likely late the run may be, by its job's error budget; absent: 1 − SLO target, and in plans of versions before */
  risk: z
    .object({ allowedLate: Probability, remainingShare: z.number().nullable(), reason: z.string() })
    .optional(),
  /** lateProbability is within what is allowed; false only when nothing within the limit could do better */
  meetsSlo: z.boolean(),
  /** the job's baseline fleet on demand, forecast the same way; null when the job names none */
  baseline: PlanForecast.nullable(),
  reasons: z.array(z.string()).min(1),
  alternatives: z.array(Alternative),
  /** cost against lateness: the front the choice was made from */
  front: z.array(
    z.object({ costUsd: Usd, lateProbability: Probability, utilisation: Probability, chosen: z.boolean() }),
  ),
  solver: z.object({
    method: z.string(),
    /** the text that repeats the plan, with the same request */
    seed: z.string(),
    generations: z.number().int(),
    evaluations: z.number().int(),
  }),
  /** how far from the best possible the plan can be; absent where nothing was proved, and in plans of versions before */
  optimality: z
    .object({
      /** no fleet that is in time and within its limits costs less on average, over the scenarios of the forecast */
      costFloorUsd: Usd,
      /** what the plan costs more than that, as a share of it */
      gapShare: z.number().nonnegative(),
      /** the cheapest fleet found that holds every constraint: the plan may cost more, to be better used and spread */
      cheapestUsd: Usd,
      /** the best of the fleets that the linear programme began the search with, on the same scenarios */
      bestLinearSeedUsd: Usd.nullable(),
      provedBy: z.string(),
    })
    .optional(),
  models: PlanModels,
  /** missing when nothing is to be learnt that would pay, and in plans from before there were proposals */
  tryNext: TryNext.optional(),
  market: z.object({ source: z.string(), surveyedAt: Instant, notes: z.array(z.string()) }),
});
export type FleetPlan = z.infer<typeof FleetPlan>;

/** What becomes of a plan: it flies by itself, people are asked first, or it is only told. */
export const LaunchDecision = z.enum(['fly', 'ask', 'advise']);
export type LaunchDecision = z.infer<typeof LaunchDecision>;

/** What PlanFleet hands on: the plan by reference, and the little that the next states decide on. */
export const PlanSummary = z.object({
  plan: DocumentRef,
  expectedCostUsd: Usd,
  lateProbability: Probability,
  /** the plan is likelier late than not: worth a closer look whether to tell people at once */
  missLikely: z.boolean().optional(),
  /** from the launch to a slow finish: what is left of the time to the deadline, people have for their answer */
  neededSeconds: z.number().nonnegative().optional(),
  /** from the launch to a usual finish: an answer that leaves less time probably comes too late */
  usualSeconds: z.number().nonnegative().optional(),
  launch: LaunchDecision,
  launchReason: z.string(),
  description: z.string(),
});
export type PlanSummary = z.infer<typeof PlanSummary>;

export const Approval = z.object({
  approved: z.boolean(),
  by: z.string(),
  reason: z.string(),
});
export type Approval = z.infer<typeof Approval>;
