import * as z from 'zod';
import { Fleet } from './fleet-plan.ts';
import { SizingAsk } from './flight-sizing.ts';
import { Instant, Probability, Quantiles, Usd } from './quantities.ts';

/** What the pilot knows when it looks. */
export const Progress = z.object({
  observedAt: Instant,
  /** share of the run's work that is done, 0..1; null when nothing reports it */
  workDone: Probability.nullable(),
  /** what is missing to know it better, or at all, for people; absent: nothing is, and in looks of versions before */
  lacks: z.string().optional(),
  /** times that drivers were started again, so far; absent: not known, as in looks of versions before */
  driverRestarts: z.number().int().nonnegative().optional(),
  /** tasks that ended, whether or not it is known how many there are; absent: nothing counts them */
  tasksDone: z.number().int().nonnegative().optional(),
  stepsDone: z.number().int().nonnegative(),
  stepsTotal: z.number().int().positive(),
});
export type Progress = z.infer<typeof Progress>;

export const PilotAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hold') }),
  z.object({
    kind: z.literal('resize'),
    /** new absolute targets of the task fleet */
    taskOnDemandUnits: z.number().int().nonnegative(),
    taskSpotUnits: z.number().int().nonnegative(),
    /** all types of the task fleet from now on; absent: as they are */
    taskInstanceTypes: Fleet.shape.instanceTypes.optional(),
  }),
]);
export type PilotAction = z.infer<typeof PilotAction>;

/** What one look hands to the next, so that the pilot remembers without a memory of its own. */
export const FlightTrack = z.object({
  /** seconds of work since the steps began, counted as if all planned capacity had run */
  workedSeconds: z.number().nonnegative(),
  /** `workedSeconds` when the first work was seen to be done; null while none is */
  workBeganSeconds: z.number().nonnegative().nullable(),
  /** the newest progress that was reported, and `workedSeconds` then */
  lastProgress: z.object({ workDone: Probability, workedSeconds: z.number().nonnegative() }).nullable(),
  /** work that stood when an application began anew: the track measures what came after; absent: none did */
  survivedShare: Probability.optional(),
  /** when the flight was last seen to get on: work or a step more than ever before */
  progressedAt: Instant.nullable().optional(),
  /** worker units that ran; absent in looks of versions before */
  runningUnits: z.number().nonnegative().optional(),
  /** when units were last seen to be gone that the pilot had not let go; null: never */
  lostAt: Instant.nullable().optional(),
  /** since when capacity that was asked for is missing */
  shortSince: Instant.nullable(),
  /** since when spot of the task fleet that was asked for is missing; absent in looks of versions before */
  spotShortSince: Instant.nullable().optional(),
  /** when the rest of the flight was last sized anew; absent: never, and in looks of versions before */
  sizedAt: Instant.optional(),
  /** since when, look by look, lateness is likelier than the job tolerates */
  endangeredSince: Instant.nullable(),
  /** since when, look by look, a miss is almost sure */
  missLikelySince: Instant.nullable(),
});
export type FlightTrack = z.infer<typeof FlightTrack>;

/** Something that the pilot could have done at a look, and what was expected of it. */
const Option = z.object({
  what: z.string(),
  lateProbability: Probability,
  /** of the whole attempt, where it was estimated */
  costUsd: Usd.nullable(),
});

/** One look of the pilot: what was seen, predicted, chosen and why. Kept in the ledger. */
export const PilotDecision = z.object({
  runKey: z.string(),
  attempt: z.number().int().min(1),
  look: z.number().int().nonnegative(),
  decidedAt: Instant,
  progress: Progress,
  predictedFinishAt: Instant.nullable(),
  remainingSeconds: Quantiles.nullable(),
  lateProbability: Probability,
  /** lateness that is acted on, by the SLO, the error budget and the plan; absent in looks of versions before */
  toleratedProbability: Probability.optional(),
  action: PilotAction,
  /** true: this look told people that the deadline will be missed */
  announceMiss: z.boolean(),
  /** this look or an earlier one told people: they are told once */
  missAnnounced: z.boolean().optional(),
  /** when this look or an earlier one last resized; null: never */
  lastResizeAt: Instant.nullable().optional(),
  track: FlightTrack.optional(),
  /** types of the task fleet since this look or an earlier one changed them */
  taskInstanceTypes: Fleet.shape.instanceTypes.optional(),
  /** what a node of types costs on demand that this look or an earlier one gave the task fleet; absent: none has */
  nodeUsdPerHour: z.record(z.string(), Usd).optional(),
  /** this attempt is given up for another cluster that begins anew; absent: it is not */
  beginsAnew: z.boolean().optional(),
  /** the load that the next attempt is planned for, as this flight has shown it; absent: as forecast */
  shownInputBytes: Quantiles.optional(),
  /** so far, at the plan's prices; this and what follows is absent in looks of versions before */
  spentUsd: Usd.optional(),
  /** of the whole attempt, the fleet as it is now */
  finalCostUsd: Quantiles.optional(),
  /** the deadline cannot be kept by anything that is left to try */
  outOfReach: z.boolean().optional(),
  /** what was weighed, holding first */
  considered: z.array(Option).optional(),
  reason: z.string(),
  nextLookSeconds: z.number().int().min(30).max(300),
});
export type PilotDecision = z.infer<typeof PilotDecision>;

/** What the pilot ends a flight for that might go on: spending, people, or nothing getting done. */
const EndedBy = z.enum(['limit', 'kill-switch', 'released', 'hung', 'starved', 'outpaced', 'lease-end']);

/** How a flight (or a part of one) ended. */
export const Landing = z.object({
  outcome: z.enum(['landed', 'failed', 'cluster-lost', 'continue']),
  reason: z.string(),
  /** looks so far over all parts of the flight */
  look: z.number().int().nonnegative(),
  /** another attempt may help */
  retryable: z.boolean(),
  /** why the pilot ended a flight that might have gone on */
  endedBy: EndedBy.optional(),
});
export type Landing = z.infer<typeof Landing>;

/** Answer of LookAndSteer. */
export const Look = z.object({
  landing: Landing.nullable(),
  nextLookSeconds: z.number().int().min(30).max(300),
  look: z.number().int().nonnegative(),
  /** value of the wake counter when this look began: Sleep returns at once if it has moved since */
  wakeCount: z.number().int().nonnegative(),
  /** the look decides once the rest of the flight has been sized anew for this; absent: it has decided */
  sizeAgain: SizingAsk.optional(),
});
export type Look = z.infer<typeof Look>;
