import * as z from 'zod';
import { Instant, Probability } from './quantities.ts';

/** What a series is about. It lives on when clusters do not: no cluster's name is in it. */
export const SeriesKey = z.object({
  job: z.string().min(1),
  /** with its unit, as the source names it: `YARNMemoryAvailablePercentage` */
  metric: z.string().min(1),
  /** place in the run: `cluster`, `step:aggregate`, `output` */
  place: z.string().min(1),
});
export type SeriesKey = z.infer<typeof SeriesKey>;

/** What an odd measurement may do to what a team promised. */
export const Effect = z.object({
  on: z.enum(['deadline', 'budget', 'output']),
  /** one sentence: "late with probability 0.4" */
  because: z.string().min(1),
});
export type Effect = z.infer<typeof Effect>;

/** An odd measurement. It is kept in any case; `hushed` says whether it may become an alarm. */
export const Signal = z.object({
  key: SeriesKey,
  at: Instant,
  value: z.number(),
  /** in the series' unit; null while nothing is known of it */
  expected: z.number().nullable(),
  /** distance from what was expected in robust standard deviations: the size of the effect */
  deviationSpreads: z.number().nonnegative(),
  /** -log10 of how unlikely it is, all tests together */
  evidenceDecades: z.number().nonnegative(),
  /** of the strongest test, for as many tests as were asked */
  tailProbability: Probability,
  /** the tests that spoke, the strongest first */
  tests: z.array(z.object({ test: z.string(), decades: z.number().nonnegative() })),
  effects: z.array(Effect),
  /** why it wakes nobody; null: it may */
  hushed: z.enum(['maintenance', 'small', 'no effect']).nullable(),
});
export type Signal = z.infer<typeof Signal>;
