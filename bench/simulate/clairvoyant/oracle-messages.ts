import { MessagePort } from 'node:worker_threads';
import * as z from 'zod';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import type { SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import type { Attempt, Fate } from './rehearse.ts';

/** What passes between the threads is our own, and cloned: it is not read again. */
function own<T>(): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'object' && value !== null);
}

export const Question = z.object({
  fate: own<Fate>(),
  request: own<SizingRequest>(),
  attempt: own<Attempt>(),
});
export type Question = z.infer<typeof Question>;

export const Answer = z.union([z.object({ plan: own<FleetPlan>() }), z.object({ failure: z.string() })]);
export type Answer = z.infer<typeof Answer>;

export const OracleData = z.object({
  port: z.instanceof(MessagePort),
  flag: z.instanceof(SharedArrayBuffer),
});
