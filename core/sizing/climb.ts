import type { FleetGenome, GenomeBounds } from './fleet-genome.ts';
import { neighboursOf, type Reach } from './neighbours.ts';
import type { Candidate, CandidateBook } from './sizing-problem.ts';

/** Whether one candidate is better than another. */
export type Better = (one: Candidate, other: Candidate) => boolean;

/** Less violating first, then cheaper. */
const cheaper: Better = (one, other) => {
  if (one.violation !== other.violation) return one.violation < other.violation;
  return one.judgement.costUsd < other.judgement.costUsd;
};

/** Less violating first, then well used and well spread, then cheaper. */
export const betterUsed: Better = (one, other) => {
  if (one.violation !== other.violation) return one.violation < other.violation;
  const [stray, otherStray] = [one.objectives[2] ?? 0, other.objectives[2] ?? 0];
  if (stray !== otherStray) return stray < otherStray;
  return one.judgement.costUsd < other.judgement.costUsd;
};

/** How long a climb may go on. */
export interface ClimbBudget {
  /** most moves */
  readonly rounds: number;
  /** whether to look far when nothing near is better: there are ten times as many fleets */
  readonly far: boolean;
}

/**
 * Moves to the best neighbour while there is a better one, looking near first.
 *
 * @returns where it ended
 */
export function climb(
  book: CandidateBook,
  bounds: GenomeBounds,
  from: Candidate,
  { rounds, far }: ClimbBudget,
  better: Better = cheaper,
): Candidate {
  let best = from;
  for (let round = 0; round < rounds; round += 1) {
    const next =
      step(book, bounds, best, 'near', better) ?? (far ? step(book, bounds, best, 'far', better) : undefined);
    if (next === undefined) return best;
    best = next;
  }
  return best;
}

function step(
  book: CandidateBook,
  bounds: GenomeBounds,
  from: Candidate,
  reach: Reach,
  better: Better,
): Candidate | undefined {
  let best = from;
  for (const genome of neighboursOf(from.genome, bounds, reach)) {
    const neighbour = book.judge(genome);
    if (better(neighbour, best)) best = neighbour;
  }
  return best === from ? undefined : best;
}

/** The best fleet of each place, best first: where climbs begin, so that each ends on another top. */
export function startsOf(
  candidates: readonly Candidate[],
  most: number,
  better: Better = cheaper,
): Candidate[] {
  const places = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = placeOf(candidate.genome);
    const before = places.get(key);
    if (before === undefined || better(candidate, before)) places.set(key, candidate);
  }
  return [...places.values()].sort((a, b) => (better(a, b) ? -1 : better(b, a) ? 1 : 0)).slice(0, most);
}

/** Zone, architecture and whether there is a task fleet: what single steps rarely cross. */
function placeOf({ arena, task }: FleetGenome): string {
  return `${arena}/${task.length === 0 ? 'core only' : 'task'}`;
}
