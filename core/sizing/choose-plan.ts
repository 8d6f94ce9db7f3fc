import { dominates } from '../numerics/nsga2/domination.ts';
import { genomeKey } from './fleet-genome.ts';
import { distanceFromBand, type Candidate } from './sizing-problem.ts';

/** A fleet that is well used and well spread is taken when it costs at most this much more than the cheapest one. */
export const WORTH_OF_A_GOOD_FLEET = 0.05;

/**
 * The rule by which a plan is chosen: of the fleets that hold every constraint the cheapest, or one at up to
 * 5 % more that keeps its utilisation within the band and no half of its capacity in one spot pool; failing that,
 * one that does either.
 *
 * @returns undefined when no fleet holds every constraint
 */
export function chooseFeasible(
  candidates: readonly Candidate[],
  worth = WORTH_OF_A_GOOD_FLEET,
): Candidate | undefined {
  const feasible = candidates.filter((candidate) => candidate.violation === 0);
  const cheapest = leastBy(feasible, costThenLateness);
  if (cheapest === undefined) return undefined;
  const most = cheapest.judgement.costUsd * (1 + worth);
  const close = feasible.filter(({ judgement }) => judgement.costUsd <= most);
  const wellUsed = close.filter(isWellUsed);
  const wellSpread = close.filter(isWellSpread);
  return (
    leastBy(wellUsed.filter(isWellSpread), costThenLateness) ??
    leastBy(wellUsed, costThenLateness) ??
    leastBy(wellSpread, costThenLateness) ??
    cheapest
  );
}

function isWellUsed({ judgement }: Candidate): boolean {
  return distanceFromBand(judgement.utilisation) === 0;
}

function isWellSpread({ concentration }: Candidate): boolean {
  return concentration === 0;
}

/** Of the fleets within limit and quota, the one that is least late; undefined when there is none. */
export function chooseLeastLate(candidates: readonly Candidate[]): Candidate | undefined {
  return leastBy(
    candidates.filter((candidate) => candidate.affordable),
    latenessThenCost,
  );
}

/** Fleets worth judging again on fresh scenarios: the cheap, the punctual, the front, and the best of each kind. */
export function finalistsOf(candidates: readonly Candidate[], most: number): Candidate[] {
  const affordable = candidates.filter((candidate) => candidate.affordable);
  const feasible = affordable.filter((candidate) => candidate.violation === 0).sort(costThenLateness);
  const onDemand = candidates.filter((candidate) => candidate.genome.taskSpotNodes === 0);
  const places = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const place = places.get(candidate.genome.arena);
    if (place === undefined) places.set(candidate.genome.arena, [candidate]);
    else place.push(candidate);
  }
  return distinct([
    ...spread(feasible, most),
    ...feasible.filter(isWellUsed).slice(0, Math.ceil(most / 2)),
    ...feasible.filter((each) => isWellUsed(each) && isWellSpread(each)).slice(0, Math.ceil(most / 2)),
    ...[...affordable].sort(latenessThenCost).slice(0, Math.ceil(most / 4)),
    ...spread(costLatenessFront(affordable), most),
    ...presentOf([
      leastBy(onDemand, violationThenCost),
      leastBy(
        candidates.filter((candidate) => candidate.withinQuota),
        costThenLateness,
      ),
      ...[...places.values()].map((place) => leastBy(place, violationThenCost)),
    ]),
  ]);
}

/** Fleets that none beats in both cost and lateness, cheapest first. */
export function costLatenessFront(candidates: readonly Candidate[]): Candidate[] {
  const objectives = ({ judgement }: Candidate) => [judgement.costUsd, judgement.lateProbability];
  const sorted = [...candidates].sort(costThenLateness);
  const front: Candidate[] = [];
  for (const candidate of sorted) {
    const last = front.at(-1);
    const beaten =
      last !== undefined &&
      (dominates(objectives(last), objectives(candidate)) ||
        last.judgement.lateProbability <= candidate.judgement.lateProbability);
    if (!beaten) front.push(candidate);
  }
  return front;
}

/** Half the places for the first ones, half evenly from the rest. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const head = items.slice(0, Math.ceil(most / 2));
  const rest = items.slice(head.length);
  const wanted = most - head.length;
  return [
    ...head,
    ...Array.from({ length: wanted }, (_, i) => rest[Math.floor((i * rest.length) / wanted)]).flatMap(
      (item) => item ?? [],
    ),
  ];
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.map((candidate) => [genomeKey(candidate.genome), candidate])).values()];
}

function presentOf(candidates: readonly (Candidate | undefined)[]): Candidate[] {
  return candidates.filter((candidate) => candidate !== undefined);
}

type Order = (one: Candidate, other: Candidate) => number;

export const costThenLateness: Order = (one, other) =>
  one.judgement.costUsd - other.judgement.costUsd ||
  one.judgement.lateProbability - other.judgement.lateProbability;

export const violationThenCost: Order = (one, other) =>
  one.violation - other.violation || costThenLateness(one, other);

export const latenessThenCost: Order = (one, other) =>
  one.judgement.lateProbability - other.judgement.lateProbability ||
  one.judgement.meanLatenessSeconds - other.judgement.meanLatenessSeconds ||
  one.judgement.costUsd - other.judgement.costUsd;

/** The first in an order; undefined of nothing. */
export function leastBy(candidates: readonly Candidate[], order: Order): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (least, candidate) => (least === undefined || order(candidate, least) < 0 ? candidate : least),
    undefined,
  );
}
