import * as z from 'zod';
import { FailureRuleId, Remedy } from '../contracts/failure.ts';
import { ATTEMPTS_MAX } from '../contracts/job.ts';
import { isNumberFact, isTextFact, type NumberFact, type TextFact } from './failure-facts.ts';

/** One thing that must be so. A trailing `*` in `anyOf` stands for the rest of a name. */
const Condition = z.union([
  z.strictObject({
    text: z.custom<TextFact>((name) => typeof name === 'string' && isTextFact(name)),
    anyOf: z.array(z.string().min(1)).min(1),
  }),
  z.strictObject({
    number: z.custom<NumberFact>((name) => typeof name === 'string' && isNumberFact(name)),
    atLeast: z.number(),
  }),
  z.strictObject({
    number: z.custom<NumberFact>((name) => typeof name === 'string' && isNumberFact(name)),
    atMost: z.number(),
  }),
]);
export type Condition = z.infer<typeof Condition>;

/** A row of the failure policy. */
export const FailureRule = z
  .strictObject({
    id: FailureRuleId,
    /** what happened, as a sentence for people: what the record and the messages say */
    says: z.string().min(10).max(120).endsWith('.'),
    /** what people can do about it */
    advice: z.string().min(10).max(200).endsWith('.'),
    /** alternatives; one holds when all of its conditions do. None: the row for what no other row knows */
    evidence: z.array(z.array(Condition).min(1)),
    /** what is tried, in this order, each so often; nothing: the first failure is final */
    remedies: z.array(
      z.strictObject({ remedy: Remedy.exclude(['stop-and-tell']), times: z.number().int().min(1) }),
    ),
    /** the wait before another attempt: doubled with each of them, half of it random; null: the failure is final */
    wait: z
      .strictObject({ firstSeconds: z.number().int().min(0), mostSeconds: z.number().int().min(0) })
      .refine(({ firstSeconds, mostSeconds }) => firstSeconds <= mostSeconds, {
        error: 'firstSeconds must not exceed mostSeconds',
      })
      .nullable(),
    /** where the evidence is documented */
    source: z.string().min(5),
  })
  .refine(({ remedies, wait }) => (remedies.length === 0) === (wait === null), {
    error: 'a row with remedies has a wait, a final one has none',
  })
  .refine(({ remedies }) => remedies.reduce((sum, { times }) => sum + times, 0) < ATTEMPTS_MAX, {
    error: `a run has at most ${ATTEMPTS_MAX} attempts: what comes later is never tried`,
  });
export type FailureRule = z.infer<typeof FailureRule>;
export type FailureRuleInput = z.input<typeof FailureRule>;
