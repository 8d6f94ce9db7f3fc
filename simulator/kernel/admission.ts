import type { Clock, Principal } from '../contracts.ts';
import { currentGuest } from './guest.ts';
import type { ClockParticipant } from './clock.ts';
import { textOf } from './trace.ts';

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
  /** the input as text, for the trace */
  readonly inputText: string;
}

interface Admission extends ClockParticipant {
  arrive(arrival: Arrival): Promise<unknown>;
}

interface Waiting {
  readonly call: AdmittedCall;
  readonly order: string;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** virtual time between a request and its turn: least, and the most that a draw adds */
const LEAST_LATENCY_MS = 4;
const LATENCY_SPREAD_MS = 36;

/**
 * Admits requests at quiescence in one canonical order: virtual time, then invocation, then what is asked. What
 * arrives at the same instant is ordered by its content and not by the accidents of a transport, so that
 * loopback and in-process runs give the same trace. Each waits a drawn latency and is then handled alone.
 *
 * @param random  stream of the latencies
 * @param handle  carries an admitted call out
 */
export function createAdmission(
  clock: Clock,
  random: () => number,
  handle: (call: AdmittedCall) => Promise<unknown>,
): Admission {
  let waiting: Waiting[] = [];
  return {
    busy: () => false,
    arrive(arrival) {
      const invocation = arrival.invocation ?? currentGuest()?.id ?? '';
      const inputText = textOf(arrival.input);
      const order = `${invocation}\n${arrival.service}\n${arrival.operation}\n${arrival.principal.id}\n${inputText}`;
      return new Promise((resolve, reject) => {
        waiting.push({ call: { ...arrival, invocation, inputText }, order, resolve, reject });
      });
    },
    atQuiescence() {
      if (waiting.length === 0) return false;
      const admitted = waiting.sort((one, other) =>
        one.order < other.order ? -1 : one.order > other.order ? 1 : 0,
      );
      waiting = [];
      for (const { call, resolve, reject } of admitted) {
        const latencyMs = LEAST_LATENCY_MS + Math.floor(random() * LATENCY_SPREAD_MS);
        clock.after(
          latencyMs,
          `${call.service}:${call.operation}`,
          () => void handle(call).then(resolve, reject),
        );
      }
      return true;
    },
  };
}
