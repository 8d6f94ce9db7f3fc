import type { Clock, Principal } from '../contracts.ts';
import { currentGuest, wake, type Guest } from './guest.ts';
import type { ClockParticipant } from './clock.ts';
import { textOf } from './value-text.ts';

/** A request that has reached the simulated AWS and waits for a quiet moment. */
export interface Arrival {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly principal: Principal;
  /** the guest that called, when the transport knows better than the running code */
  readonly invocation?: string;
  /** a request that was refused before it could be understood: it takes its turn and is answered so */
  readonly refusal?: Error;
}

/** An arrival on its turn. */
export interface AdmittedCall extends Arrival {
  readonly invocation: string;
  readonly requestId: string;
}

interface Admission extends ClockParticipant {
  /** a guest's call, or one of root's programs */
  arrive(arrival: Arrival): Promise<unknown>;
  /** a call of the simulated AWS itself */
  call(arrival: Arrival): Promise<unknown>;
}

interface Waiting {
  readonly call: Omit<AdmittedCall, 'requestId'>;
  readonly guest: Guest | undefined;
  /** the input as text, made when two calls differ in nothing else */
  inputText?: string;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** virtual time between a request and its turn: least, and the most that a draw adds */
const LEAST_LATENCY_MS = 4;
const LATENCY_SPREAD_MS = 36;
const HALF_OF_REQUEST_ID = 16 ** 6;

/**
 * Admits requests at quiescence in one canonical order: virtual time, then invocation, then what is asked. What
 * arrives at the same instant is ordered by its content and not by the accidents of a transport, so that
 * loopback and in-process runs give the same trace. Each waits a drawn latency and is then handled alone.
 *
 * @param randomNow  streams of the latencies and request ids, one for each caller and instant: a caller that stays
 *   away changes nobody else's
 * @param handle  carries an admitted call out
 */
export function createAdmission(
  clock: Clock,
  randomNow: (label: string) => () => number,
  handle: (call: AdmittedCall) => Promise<unknown>,
): Admission {
  let waiting: Waiting[] = [];
  const queue = (arrival: Arrival, guest: Guest | undefined): Promise<unknown> => {
    const invocation = arrival.invocation ?? guest?.id ?? '';
    return new Promise((resolve, reject) => {
      waiting.push({ call: { ...arrival, invocation }, guest, resolve, reject });
    });
  };
  return {
    busy: () => false,
    arrive: (arrival) => queue(arrival, currentGuest()),
    call: (arrival) => queue(arrival, undefined),
    atQuiescence() {
      if (waiting.length === 0) return false;
      const admitted = waiting.sort(inOrder);
      waiting = [];
      for (const { call, guest, resolve, reject } of admitted) {
        const random = randomNow(`call/${call.invocation === '' ? call.principal.id : call.invocation}`);
        const latencyMs = LEAST_LATENCY_MS + Math.floor(random() * LATENCY_SPREAD_MS);
        const requestId = requestIdOf(random);
        clock.after(
          latencyMs,
          `${call.service}:${call.operation}`,
          () =>
            void handle({ ...call, requestId })
              .finally(() => guest !== undefined && wake(guest))
              .then(resolve, reject),
        );
      }
      return true;
    },
  };
}

function requestIdOf(random: () => number): string {
  const half = (): string =>
    Math.floor(random() * HALF_OF_REQUEST_ID)
      .toString(16)
      .padStart(6, '0');
  return `00000000-0000-4000-8000-${half()}${half()}`;
}

/** Canonical order: by invocation, service, operation, principal and input, each as text. */
function inOrder(one: Waiting, other: Waiting): number {
  return (
    compare(one.call.invocation, other.call.invocation) ||
    compare(one.call.service, other.call.service) ||
    compare(one.call.operation, other.call.operation) ||
    compare(one.call.principal.id, other.call.principal.id) ||
    compare(inputTextOf(one), inputTextOf(other))
  );
}

function inputTextOf(waiting: Waiting): string {
  return (waiting.inputText ??= textOf(waiting.call.input));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
