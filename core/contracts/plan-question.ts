import * as z from 'zod';
import { Instant } from './quantities.ts';

/** A plan that waits for people, as machines that ask them are told of it. SNS carries it as JSON. */
export const PlanQuestion = z.object({
  /** of this form: rises when a field changes its meaning */
  form: z.literal(1),
  asks: z.literal('plan'),
  runKey: z.string().min(1),
  attempt: z.number().int().min(1),
  /** of several questions about the same attempt, the last one counts */
  askedAt: Instant,
  /** after that, nothing is launched */
  answerBy: Instant,
  /** one line */
  title: z.string().min(1).max(200),
  /** why people are asked */
  says: z.string().max(1000),
  /** what they need to know for an answer */
  facts: z.array(z.object({ label: z.string(), value: z.string() })).max(10),
});
export type PlanQuestion = z.infer<typeof PlanQuestion>;
