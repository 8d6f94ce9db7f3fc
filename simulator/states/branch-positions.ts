/** Where lines of states stand, so that a redrive can go on from there. */
import type { Payload } from './payload.ts';
import type { Variables } from './variables.ts';

/** Where a line stands, or stood when it failed: what a redrive goes on from. */
export interface Position {
  readonly stateName: string;
  readonly input: Payload;
  /** of a Parallel: where each of its branches stands */
  readonly branches?: BranchPositions;
}

/** Where a branch stands, with the variables of its own; or what came of it. */
type BranchPosition =
  { readonly output: Payload } | { readonly position: Position; readonly variables: Variables };

/** Where the branches of a Parallel stand: what a redrive goes on from. */
export class BranchPositions {
  readonly #standing = new Map<number, BranchPosition>();
  #resumes = false;

  /** The next run of the branches goes on from here; those that succeeded keep their outputs. */
  resume(): void {
    this.#resumes = true;
  }

  /** @returns where the branches that are to begin now stood; nothing, unless they were told to go on */
  takeOver(): ReadonlyMap<number, BranchPosition> {
    const earlier = this.#resumes ? new Map(this.#standing) : new Map<number, BranchPosition>();
    this.#resumes = false;
    this.#standing.clear();
    return earlier;
  }

  stands(index: number, at: BranchPosition): void {
    this.#standing.set(index, at);
  }

  /** names of the states in which branches stand */
  get stateNames(): string[] {
    return [...this.#standing.values()].flatMap((each) =>
      'position' in each ? [each.position.stateName] : [],
    );
  }
}
