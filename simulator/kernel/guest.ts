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

/**
 * Between one quiet moment and the next, one guest runs at most: it begins, its timer fires, or one of its calls is
 * answered, and each of these is an event of its own. So it is enough to know who woke up last. (Node.js can follow
 * asynchronous contexts, at the price of every promise of the process.)
 */
let awake: Guest | undefined;

/** Over sockets, answers come when they come: there, contexts are followed. */
const guests = new AsyncLocalStorage<Guest>();
let followers = 0;

/** Follows asynchronous contexts until told otherwise: what runs may be any guest's at any time. */
export function followGuests(): () => void {
  followers += 1;
  return () => {
    followers -= 1;
    if (followers === 0) guests.disable();
  };
}

/**
 * Runs `work`, and everything it awaits, as that guest: `process.env`, `Math.random` and `crypto.randomUUID`
 * are the guest's own.
 */
export function runAsGuest<T>(guest: Guest, work: () => T): T {
  if (followers > 0) return guests.run(guest, work);
  awake = guest;
  return work();
}

/** The guest whose code is running, or undefined when the simulator itself is. */
export function currentGuest(): Guest | undefined {
  return followers > 0 ? guests.getStore() : awake;
}

/** What runs from here to the next quiet moment is that guest's, or nobody's. */
export function wake(guest: Guest | undefined): void {
  awake = guest;
}
