import { crowdingDistances } from './crowding-distance.ts';
import { dominates, type Evaluation } from './domination.ts';

/** The feasible candidates that nothing seen so far dominates. When it is full, the most crowded one goes. */
export class NonDominatedArchive<Member extends Evaluation> {
  private held: Member[] = [];
  private readonly capacity: number;

  /** @param capacity  most members held, at least 2 */
  constructor(capacity: number) {
    this.capacity = Math.max(2, capacity);
  }

  get members(): readonly Member[] {
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
    if (this.held.length > this.capacity) this.dropMostCrowded();
    return true;
  }

  private dropMostCrowded(): void {
    const distances = crowdingDistances(this.held.map((member) => member.objectives));
    const smallest = Math.min(...distances);
    this.held.splice(distances.indexOf(smallest), 1);
  }
}

function sameObjectives(one: Evaluation, other: Evaluation): boolean {
  return one.objectives.every((value, i) => value === other.objectives[i]);
}
