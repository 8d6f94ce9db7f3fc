import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { RetryableError } from '../../../core/errors.ts';
import { Answer, type Question } from './oracle-messages.ts';

/** The search for a plan broke, or took too long. */
class OracleFailedError extends RetryableError {
  override readonly name = 'OracleFailedError';
}

const LONGEST_MS = 900_000;
const MODULE = pathToFileURL(join(import.meta.dirname, 'oracle-thread.ts')).href;
/** Threads do not inherit the loader of TypeScript: it is registered first. */
const THREAD = `import('tsx/esm/api').then(({ register }) => (register(), import('${MODULE}')));`;

/**
 * Searches in a thread of its own and lets the asker stand still: in a simulation the search takes no time, and
 * the worlds in which plans are rehearsed have clocks that must not meet the simulation's own.
 */
export class Oracle {
  readonly #flag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #port: MessageChannel['port1'];
  readonly #thread: Worker;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#thread = new Worker(THREAD, {
      eval: true,
      workerData: { port: port2, flag: this.#flag },
      transferList: [port2],
    });
    this.#thread.unref();
  }

  /** @throws OracleFailedError  when the search breaks or does not end */
  ask(question: Question): FleetPlan {
    const flag = new Int32Array(this.#flag);
    Atomics.store(flag, 0, 0);
    this.#thread.postMessage(question);
    if (Atomics.wait(flag, 0, 0, LONGEST_MS) === 'timed-out') {
      throw new OracleFailedError(`The search took more than ${LONGEST_MS / 1000} s.`);
    }
    const answer = Answer.parse(receiveMessageOnPort(this.#port)?.message);
    if ('failure' in answer) throw new OracleFailedError(answer.failure);
    return answer.plan;
  }
}
