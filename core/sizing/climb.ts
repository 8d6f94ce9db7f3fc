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

/** A fleet that breaks little may be mended by a node more: it counts as so much dearer for a late share of one. */
const USD_SHARE_PER_VIOLATION = 3;

/** Cheaper, once mended. */
const promising: Better = (one, other) => mendedUsd(one) < mendedUsd(other);

function mendedUsd({ judgement, violation }: Candidate): number {
  return judgement.costUsd * (1 + USD_SHARE_PER_VIOLATION * violation);
}

/** Less violating first, then well used and well spread, then cheaper. */
export const betterUsed: Better = (one, other) => {
  if (one.violation !== other.violation) return one.violation < other.violation;
  const [stray, otherStray] = [one.objectives[2] ?? 0, other.objectives[2] ?? 0];
  if (stray !== otherStray) return stray < otherStray;
  return one.judgement.costUsd < other.judgement.costUsd;
};

/** How much climbing is done. */
export interface ClimbBudget {
  /** climbs from one cheapest task type each, looking near only */
  readonly near: number;
  /** climbs that follow, from one zone and architecture each, looking far, too: there are ten times as many fleets */
  readonly far: number;
  /** most moves of each */
  readonly rounds: number;
}

/** Climbs from the best fleets known, each from another place, so that each may end on another top. */
export function climbFromBest(
  book: CandidateBook,
  bounds: GenomeBounds,
  { near, far, rounds }: ClimbBudget,
  better: Better = cheaper,
): void {
  const order = better === cheaper ? promising : better;
  const type = ({ arena, task }: FleetGenome) => `${arena}/${task[0] ?? 'core only'}`;
  for (const start of startsOf(book.all, near, type, order)) {
    climb(book, bounds, start, rounds, ['near'], better);
  }
  const place = ({ arena, task }: FleetGenome) => `${arena}/${task.length === 0 ? 'core only' : 'task'}`;
  for (const start of startsOf(book.all, far, place, order)) {
    climb(book, bounds, start, rounds, ['near', 'far'], better);
  }
}

/** Moves to the best neighbour while there is a better one, looking near first. */
function climb(
  book: CandidateBook,
  bounds: GenomeBounds,
  from: Candidate,
  rounds: number,
  reaches: readonly Reach[],
  better: Better,
): void {
  let best: Candidate | undefined = from;
  for (let round = 0; round < rounds && best !== undefined; round += 1) {
    const here: Candidate = best;
    best = undefined;
    for (const reach of reaches) best ??= step(book, bounds, here, reach, better);
  }
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

/** The best fleet of each place, best first. */
function startsOf(
  candidates: readonly Candidate[],
  most: number,
  placeOf: (genome: FleetGenome) => string,
  better: Better,
): Candidate[] {
  if (most === 0) return [];
  const places = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = placeOf(candidate.genome);
    const before = places.get(key);
    if (before === undefined || better(candidate, before)) places.set(key, candidate);
  }
  return [...places.values()].sort((a, b) => (better(a, b) ? -1 : better(b, a) ? 1 : 0)).slice(0, most);
}
