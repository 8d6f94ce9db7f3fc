/** Lines of states that run side by side: branches of Parallel, iterations of Map. The first failure ends all. */
import type { Cancellation } from './cancellation.ts';
import { Interrupted, StateFailure } from './failures.ts';
import { record } from './flow.ts';
import type { Line, Visit } from './flow.ts';
import type { Payload } from './payload.ts';
import { Variables } from './variables.ts';

export interface BranchPlan {
  readonly count: number;
  /** how many run at a time */
  readonly concurrency: number;
  readonly mapItem?: (index: number) => Line['mapItem'];
  /** those of a line that goes on; undefined: it begins with none of its own */
  readonly variables?: (index: number) => Variables | undefined;
  /** told before a line's first state */
  readonly begun?: (line: Line, index: number) => void;
  readonly run: (line: Line, index: number) => Promise<Payload>;
  readonly succeeded?: (line: Line, index: number) => void;
  readonly failed?: (line: Line, index: number) => void;
  readonly aborted?: (line: Line, index: number) => void;
}

/**
 * Runs all lines and gathers their outputs in order.
 *
 * @throws StateFailure  of the first line that fails; the others are cancelled
 */
export async function runBranches(visit: Visit, plan: BranchPlan): Promise<Payload[]> {
  const { cancellation, release } = visit.line.cancellation.child();
  try {
    return await new Branches(visit.line, plan, cancellation).run();
  } finally {
    release();
  }
}

/** Outputs of the lines as one payload. */
export function gather(outputs: readonly Payload[]): Payload {
  return {
    value: outputs.map((output) => output.value),
    text: `[${outputs.map((output) => output.text).join(',')}]`,
  };
}

const ABORTABLE = ['Task', 'Wait', 'Map', 'Parallel'];

interface Branch {
  readonly line: Line;
  readonly index: number;
}

class Branches {
  readonly #outer: Line;
  readonly #plan: BranchPlan;
  readonly #cancellation: Cancellation;
  readonly #firstEventId: number;
  readonly #active = new Set<Branch>();
  readonly #outputs: Payload[] = [];
  #started = 0;
  #failure: StateFailure | undefined;

  constructor(outer: Line, plan: BranchPlan, cancellation: Cancellation) {
    this.#outer = outer;
    this.#plan = plan;
    this.#cancellation = cancellation;
    this.#firstEventId = outer.lastEventId;
  }

  async run(): Promise<Payload[]> {
    const { count, concurrency } = this.#plan;
    // All that run at once have begun before the first of them enters a state, as on AWS.
    const first = Array.from({ length: Math.min(count, concurrency) }, () => this.#begin());
    await Promise.all(first.map((branch) => this.#work(branch)));
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#outer.cancellation.cancelled) throw new Interrupted();
    return this.#outputs;
  }

  #begin(): Branch {
    const index = this.#started;
    this.#started += 1;
    const line: Line = {
      scope: this.#outer.scope,
      cancellation: this.#cancellation,
      variables: this.#plan.variables?.(index) ?? new Variables(this.#outer.variables),
      mapItem: this.#plan.mapItem === undefined ? this.#outer.mapItem : this.#plan.mapItem(index),
      lastEventId: this.#firstEventId,
    };
    const branch = { line, index };
    this.#active.add(branch);
    this.#plan.begun?.(line, index);
    return branch;
  }

  /** Runs a branch, and after it whichever comes next. */
  async #work(first: Branch): Promise<void> {
    for (let branch: Branch | undefined = first; branch !== undefined;) {
      const { line, index } = branch;
      try {
        this.#outputs[index] = await this.#plan.run(line, index);
        this.#plan.succeeded?.(line, index);
      } catch (error) {
        if (this.#failure !== undefined) return;
        if (!(error instanceof StateFailure)) throw error;
        return this.#giveUp(branch, error);
      }
      this.#active.delete(branch);
      this.#outer.lastEventId = line.lastEventId;
      branch = this.#started < this.#plan.count && this.#failure === undefined ? this.#begin() : undefined;
    }
  }

  #giveUp(branch: Branch, failure: StateFailure): void {
    const { line, index } = branch;
    this.#failure = failure;
    this.#active.delete(branch);
    const failedAt = line.lastEventId;
    try {
      this.#plan.failed?.(line, index);
      for (const other of this.#active) this.#abort(other, failedAt);
    } finally {
      this.#outer.lastEventId = line.lastEventId;
      this.#cancellation.cancel();
    }
  }

  #abort({ line, index }: Branch, failedAt: number): void {
    line.lastEventId = failedAt;
    if (line.stateType !== undefined && ABORTABLE.includes(line.stateType))
      record(line, `${line.stateType}StateAborted`);
    line.lastEventId = failedAt;
    this.#plan.aborted?.(line, index);
  }
}
