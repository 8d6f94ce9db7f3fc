import { dominates, type Evaluation } from './domination.ts';
import { keepSpread } from './keep-spread.ts';

/** Thinning out costs about as much for one member as for many: an archive may run over by so much before. */
const OVERRUN_SHARE = 0.1;

/** The feasible candidates that nothing seen so far dominates. When there are too many, those nearest to others go. */
export class NonDominatedArchive<Member extends Evaluation> {
  private held: Member[] = [];
  private readonly capacity: number;

  /** @param capacity  most members held, at least 2 */
  constructor(capacity: number) {
    this.capacity = Math.max(2, capacity);
  }

  get members(): readonly Member[] {
    if (this.held.length > this.capacity) this.thinOut();
    return this.held;
  }

  /**
   * Takes a candidate in, if it is feasible and not dominated (nor matched) by a member, and drops what it dominates.
   *
   * @returns whether it was taken in
   */
  add(candidate: Member): boolean {
    if (candidate.violation > 0) return false;
    for (const member of this.held) {
      if (dominates(member.objectives, candidate.objectives) || sameObjectives(member, candidate))
        return false;
    }
    this.held = this.held.filter((member) => !dominates(candidate.objectives, member.objectives));
    this.held.push(candidate);
    if (this.held.length > this.capacity * (1 + OVERRUN_SHARE)) this.thinOut();
    return true;
  }

  private thinOut(): void {
    const kept = keepSpread(
      this.held.map(({ objectives }) => objectives),
      this.capacity,
    );
    this.held = kept.flatMap((i) => this.held[i] ?? []);
  }
}

function sameObjectives(one: Evaluation, other: Evaluation): boolean {
  return one.objectives.every((value, i) => value === other.objectives[i]);
}
