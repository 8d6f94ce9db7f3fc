/**
 * Guests are the programs that run inside the simulation: Lambda handlers above all. Each sees its own
 * environment variables and its own random numbers, and its calls are known to be its own.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Rng } from '../../core/numerics/rng.ts';

export interface Guest {
  /** unique and the same in every run of a seed, e.g. function name and number of the invocation */
  readonly id: string;
  readonly environment: Readonly<Record<string, string>>;
  /** what `Math.random` and `crypto.randomUUID` draw from */
  readonly random: Rng;
  /** how far its clock is ahead of true time; negative: behind; 0 when left out */
  readonly clockSkewMs?: number;
}

const guests = new AsyncLocalStorage<Guest>();

/**
 * Runs `work`, and everything it awaits, as that guest: `process.env`, `Math.random` and `crypto.randomUUID`
 * are the guest's own.
 */
export function runAsGuest<T>(guest: Guest, work: () => T): T {
  return guests.run(guest, work);
}

/** The guest whose code is running, or undefined when the simulator itself is. */
export function currentGuest(): Guest | undefined {
  return guests.getStore();
}
