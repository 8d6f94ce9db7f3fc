import * as z from 'zod';
import { Instant, Probability } from './quantities.ts';

/** What a run waits for, or has come to, before its cluster flies. */
export const Hindrance = z.discriminatedUnion('kind', [
  /** another run of its job has the job's place */
  z.object({ kind: z.literal('turn'), since: Instant, reason: z.string() }),
  /** markers of its input are missing */
  z.object({ kind: z.literal('input'), since: Instant, reason: z.string() }),
  /** the best plan there is may not make it */
  z.object({ kind: z.literal('plan'), since: Instant, reason: z.string() }),
  /** people have been asked whether the plan may fly */
  z.object({ kind: z.literal('approval'), since: Instant, reason: z.string() }),
  /** a cap, a quota or the launch rate holds the launch back */
  z.object({ kind: z.literal('launch'), since: Instant, reason: z.string() }),
]);
export type Hindrance = z.infer<typeof Hindrance>;

/** Answer of WarnOfMiss. */
export const MissCheck = z.object({
  /** this check told people that the deadline will be missed */
  told: z.boolean(),
  lateProbability: Probability,
  predictedFinishAt: Instant,
  /** when to ask again, should the run still wait; null when nothing is left to tell */
  checkAt: Instant.nullable(),
});
export type MissCheck = z.infer<typeof MissCheck>;
