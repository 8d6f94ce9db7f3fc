import * as z from 'zod';

/** Where an invariant did not hold. */
export const Break = z.object({
  invariant: z.string(),
  at: z.string(),
  facts: z.string(),
  /** the last lines of the trace before it */
  trace: z.array(z.string()),
});
export type Break = z.infer<typeof Break>;

/** What came of one run, as the world saw it. */
export const RunResult = z.object({
  runKey: z.string(),
  /** `stopped`: people ended it; `unflown`: skipped, declined or only advised, on purpose */
  outcome: z.enum(['on-time', 'late', 'failed', 'stopped', 'unflown']),
  /** of a run that was missed: people were told so long before the deadline as counts */
  announced: z.boolean(),
  /** people were told that it would be missed, and it was on time */
  falselyAnnounced: z.boolean(),
  /** people were told what came of it */
  told: z.boolean(),
  costUsd: z.number(),
  /** the baseline fleet on demand, where the record says */
  onDemandCostUsd: z.number().nullable(),
  utilisation: z.number().nullable(),
  /** kinds of faults that struck while it was under way */
  faults: z.array(z.string()),
});
export type RunResult = z.infer<typeof RunResult>;

/** What came of one scenario. */
export const ScenarioResult = z.object({
  seed: z.string(),
  simulatedHours: z.number(),
  runs: z.array(RunResult),
  /** kind → times it struck */
  faultsInjected: z.record(z.string(), z.number()),
  breaks: z.array(Break),
  /** what the market charged for all clusters of these runs */
  costUsd: z.number(),
  /** charged for clusters that nobody had any more */
  leakedUsd: z.number(),
  traceHash: z.string(),
});
export type ScenarioResult = z.infer<typeof ScenarioResult>;
