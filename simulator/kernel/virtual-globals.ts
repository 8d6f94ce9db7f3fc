/**
 * What a guest's world consists of while virtual time is in charge: timers and Date of the virtual clock,
 * seeded randomness, its own environment; and a count of the work that no timer shows (immediates,
 * WebAssembly compilation).
 */
import nodeCrypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Rng } from '../../core/numerics/rng.ts';
import { currentGuest, runAsGuest } from './guest.ts';
import type { Timers } from './timers.ts';
import { virtualDate } from './virtual-date.ts';

type Replacement = [owner: object, name: string, value: unknown];
type Callback = (...parameters: unknown[]) => void;

export interface VirtualGlobals {
  /** puts the virtual world in the place of the real one */
  enter(): void;
  /** puts the real one back */
  leave(): void;
  /** work in progress that the clock cannot see */
  unseenWork(): number;
}

/** The real thing, kept from before any clock was installed: waits until everything ready now has run. */
export const realImmediate: (task: () => void) => void = setImmediate.bind(globalThis);

const realClearTimeout = clearTimeout;

let ambientRandom: Rng | undefined;
const realRandomUuid = nodeCrypto.randomUUID.bind(nodeCrypto);

/**
 * @param timers  take over, and with them their time
 * @param random  randomness of code that is no guest's
 * @param enqueue receives the callbacks of timers that are due; they run one by one, outside the timer's turn
 */
export function virtualGlobals(
  timers: Timers,
  random: Rng,
  enqueue: (task: () => void) => void,
): VirtualGlobals {
  const later = (callback: Callback, parameters: unknown[]): (() => void) => {
    const task = inGuestOf(callback, parameters);
    return () => enqueue(task);
  };
  // sockets opened before the simulation began have real timers
  const clearing = (timer: NodeJS.Timeout | undefined): void => {
    if (!timers.clear(timer)) realClearTimeout(timer);
  };
  const immediates = countedImmediates();
  const compilations = countedCompilations();
  const replacements: Replacement[] = [
    [globalThis, 'Date', virtualDate(() => timers.now() + (currentGuest()?.clockSkewMs ?? 0))],
    [globalThis, 'setTimeout', timerOf((callback, delay) => timers.setTimeout(callback, delay), later)],
    [globalThis, 'setInterval', timerOf((callback, delay) => timers.setInterval(callback, delay), later)],
    [globalThis, 'clearTimeout', clearing],
    [globalThis, 'clearInterval', clearing],
    [Math, 'random', () => (currentGuest()?.random ?? random)()],
    [process, 'env', environmentOfGuest(process.env)],
    ...immediates.replacements,
    ...compilations.replacements,
  ];
  let originals: Replacement[] | undefined;
  return {
    enter() {
      if (originals !== undefined) return;
      originals = replacements.map(([owner, name]): Replacement => {
        const original: unknown = Reflect.get(owner, name);
        return [owner, name, original];
      });
      for (const [owner, name, value] of replacements) Reflect.set(owner, name, value);
      ambientRandom = random;
    },
    leave() {
      for (const [owner, name, value] of originals ?? []) Reflect.set(owner, name, value);
      originals = undefined;
      ambientRandom = undefined;
    },
    unseenWork: () => immediates.pending() + compilations.pending(),
  };
}

interface Counted {
  readonly replacements: readonly Replacement[];
  pending(): number;
}

/** Immediates stay real; those that wait are counted. */
function countedImmediates(): Counted {
  let pending = 0;
  const waiting = new WeakSet<object>();
  const start = setImmediate;
  const clear = clearImmediate;
  const startCounted = (callback: Callback, ...parameters: unknown[]): NodeJS.Immediate => {
    pending += 1;
    const handle = start(() => {
      if (waiting.delete(handle)) pending -= 1;
      callback(...parameters);
    });
    waiting.add(handle);
    return handle;
  };
  const clearCounted = (handle: NodeJS.Immediate | undefined): void => {
    if (handle !== undefined && waiting.delete(handle)) pending -= 1;
    clear(handle);
  };
  return {
    pending: () => pending,
    replacements: [
      [globalThis, 'setImmediate', startCounted],
      [globalThis, 'clearImmediate', clearCounted],
    ],
  };
}

function countedCompilations(): Counted {
  let pending = 0;
  const counted =
    (compile: AnyFunction): AnyFunction =>
    async (...parameters) => {
      pending += 1;
      try {
        return await compile(...parameters);
      } finally {
        pending -= 1;
      }
    };
  return {
    pending: () => pending,
    replacements: compilers.map(({ owner, name, compile }): Replacement => [owner, name, counted(compile)]),
  };
}

type AnyFunction = (...parameters: unknown[]) => unknown;

/** WebAssembly compiles on threads of its own. (TypeScript knows the namespace only with the browser's types.) */
const compilers = ((): { owner: object; name: string; compile: AnyFunction }[] => {
  const owner: unknown = Reflect.get(globalThis, 'WebAssembly');
  if (typeof owner !== 'object' || owner === null) return [];
  return ['instantiate', 'compile'].flatMap((name) => {
    const compile: unknown = Reflect.get(owner, name);
    if (typeof compile !== 'function') return [];
    return [{ owner, name, compile: (...parameters): unknown => Reflect.apply(compile, owner, parameters) }];
  });
})();

function timerOf(
  start: (callback: () => void, delay?: number) => unknown,
  later: (callback: Callback, parameters: unknown[]) => () => void,
): (callback: Callback, delay?: number, ...parameters: unknown[]) => unknown {
  return (callback, delay, ...parameters) => start(later(callback, parameters), delay);
}

/** A timer's callback belongs to the guest that set it. */
function inGuestOf(callback: Callback, parameters: unknown[]): () => void {
  const guest = currentGuest();
  if (guest === undefined) return () => callback(...parameters);
  return () => runAsGuest(guest, () => callback(...parameters));
}

function environmentOfGuest(real: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const seen = (): Readonly<Record<string, string | undefined>> => currentGuest()?.environment ?? real;
  return new Proxy(real, {
    get: (_target, name): unknown => (typeof name === 'string' ? seen()[name] : Reflect.get(real, name)),
    has: (_target, name) => Reflect.has(seen(), name),
    ownKeys: () => Reflect.ownKeys(seen()),
    getOwnPropertyDescriptor: (_target, name) => {
      const value = typeof name === 'string' ? seen()[name] : undefined;
      return value === undefined
        ? undefined
        : { value, writable: true, enumerable: true, configurable: true };
    },
  });
}

type Uuid = ReturnType<typeof nodeCrypto.randomUUID>;

const HEX_DIGITS = '0123456789abcdef';

function uuidOf(random: Rng): Uuid {
  const hex = (digits: number): string => {
    let text = '';
    for (let i = 0; i < digits; i += 1) text += HEX_DIGITS.charAt(Math.floor(random() * 16));
    return text;
  };
  const variant = '89ab'.charAt(Math.floor(random() * 4));
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}

/** Installed once and for good: libraries keep the function they found when they were loaded. */
function seededRandomUuid(): Uuid {
  const random = currentGuest()?.random ?? ambientRandom;
  return random === undefined ? realRandomUuid() : uuidOf(random);
}
Reflect.set(nodeCrypto, 'randomUUID', seededRandomUuid);
Reflect.set(globalThis.crypto, 'randomUUID', seededRandomUuid);
syncBuiltinESMExports();
