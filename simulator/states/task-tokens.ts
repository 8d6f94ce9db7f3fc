/** Task tokens that are out, and those whose task has ended. */
import { AwsFailure } from '../contracts.ts';
import { randomText } from '../services/names.ts';
import type { StateFailure } from './failures.ts';
import type { Payload } from './payload.ts';

/** A task that waits for its token to be answered. */
export interface WaitingTask {
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly stateName: string;
  /** true when the task ends by itself if nobody answers */
  readonly timed: boolean;
  succeed(output: Payload): void;
  fail(failure: StateFailure): void;
  heartbeat(): void;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** real tokens are long, too; callers must not count on fewer */
const TOKEN_LENGTH = 344;

export class TokenRegistry {
  readonly #random: () => number;
  readonly #waiting = new Map<string, WaitingTask>();
  /** of tasks that have ended: their state machine */
  readonly #ended = new Map<string, string>();

  constructor(random: () => number) {
    this.#random = random;
  }

  create(): string {
    return `AQC${randomText(this.#random, ALPHABET, TOKEN_LENGTH)}`;
  }

  /** @returns a function that ends the token */
  wait(token: string, task: WaitingTask): () => void {
    this.#waiting.set(token, task);
    return () => {
      this.#waiting.delete(token);
      this.#ended.set(token, task.stateMachineArn);
    };
  }

  /** State machine whose task the token belongs to; undefined for a token that was never given out. */
  ownerOf(token: string): string | undefined {
    return this.#waiting.get(token)?.stateMachineArn ?? this.#ended.get(token);
  }

  /** @throws AwsFailure  InvalidToken for an unknown token, TaskTimedOut for one whose task has ended */
  require(token: string): WaitingTask {
    const task = this.#waiting.get(token);
    if (task !== undefined) return task;
    if (this.#ended.has(token)) throw taskTimedOut();
    throw new AwsFailure('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}

/** How an answer is refused whose task has ended. */
export function taskTimedOut(): AwsFailure {
  return new AwsFailure('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}
