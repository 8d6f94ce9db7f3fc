import * as z from 'zod';
import { Request } from '../request.ts';
import { ScenarioResult } from '../scenario-result.ts';

/** What the runner tells a worker. */
export const Order = z.strictObject({ seed: z.number().int(), request: Request });
export type Order = z.infer<typeof Order>;

/** What the worker answers. */
export const Answer = z.union([
  z.strictObject({ seed: z.number().int(), result: ScenarioResult }),
  z.strictObject({ seed: z.number().int(), failure: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;
