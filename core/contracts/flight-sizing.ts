import * as z from 'zod';
import { Fleet } from './fleet-plan.ts';
import { Instant, Probability, Quantiles, Usd } from './quantities.ts';

const Units = z.number().nonnegative();

/** What the pilot knows of a flight that is to be sized again: all that sizing the rest of it depends on. */
export const SizingAsk = z.object({
  askedAt: Instant,
  /** until the deadline */
  secondsLeft: z.number(),
  /** equally likely amounts of work that is left, ascending, in seconds on planned capacity */
  workSeconds: z.array(z.number().nonnegative()).min(1).max(200),
  /** the whole run's work, as it shows, against the planned one, 1 or more */
  loadFactors: Quantiles,
  /** of the fleet as it runs, in seconds of work on planned capacity per second */
  speed: z.number().positive(),
  coreUnits: Units,
  task: z.object({
    targetOnDemandUnits: Units,
    targetSpotUnits: Units,
    runningOnDemandUnits: Units,
    runningSpotUnits: Units,
  }),
  /** that spot which was asked for of the present types still comes; 1 where none is missing */
  presentSpotComes: Probability,
  /** spot that was asked for has not come for so long that other types are worth asking */
  dry: z.boolean(),
  /** lateness that is aimed at */
  aimProbability: Probability,
  /** what may be added, in units and in nodes */
  mostUnits: Units,
  mostNodes: z.number().int().nonnegative(),
  spentUsd: Usd,
  /** another attempt may follow this one, and be launched unasked */
  attemptsLeft: z.boolean(),
});
export type SizingAsk = z.infer<typeof SizingAsk>;

/** A task fleet that was sized for the rest of a flight, at live prices. */
export const SizedTaskFleet = z.object({
  /** all types of the task fleet from now on: EMR may buy any of them */
  instanceTypes: Fleet.shape.instanceTypes,
  /** what a node of each costs on demand now, EMR fee included */
  nodeUsdPerHour: z.record(z.string(), Usd),
  /** absolute targets, none below those that are asked for */
  onDemandUnits: z.number().int().nonnegative(),
  spotUnits: z.number().int().nonnegative(),
  /** nodes more than are asked for now */
  nodes: z.number().int().nonnegative(),
  /** once everything has come, and with nothing but the nodes on demand; in planned capacity */
  speed: z.number().positive(),
  speedWithoutSpot: z.number().positive(),
  spotComes: Probability,
  lateProbability: Probability,
  /** of the whole attempt */
  costUsd: Usd,
});
export type SizedTaskFleet = z.infer<typeof SizedTaskFleet>;

/** What a cluster of its own would do that begins the run anew. */
const FreshAttempt = z.object({
  lateProbability: Probability,
  /** of this attempt so far, and of that one */
  costUsd: Usd,
  /** its fleet in words */
  fleet: z.string(),
  /** the load that it was sized for, as the flight shows it; absent in answers of versions before */
  inputBytes: Quantiles.optional(),
  /** what its launch would reserve, of quotas as surveyed (null: not known); absent as above: nothing is begun anew */
  needs: z
    .object({
      reserveUsd: Usd,
      onDemandVcpus: Units,
      spotVcpus: Units,
      quotaOnDemand: Units.nullable(),
      quotaSpot: Units.nullable(),
    })
    .optional(),
});
export type FreshAttempt = z.infer<typeof FreshAttempt>;

/** What sizing the rest of a flight found, each null where there is nothing of its kind. */
export const FlightOptions = z.object({
  /** when the prices were read that these rest on */
  surveyedAt: Instant,
  /** of the attempt at live prices, its fleet as it runs */
  holdCostUsd: Usd,
  task: SizedTaskFleet.nullable(),
  fresh: FreshAttempt.nullable(),
});
export type FlightOptions = z.infer<typeof FlightOptions>;
