import { TESTS, type TestName } from './tests.ts';

/** A test that is sure of itself is not to outvote all others: beyond this, more surprise is no more evidence. */
const MOST_DECADES = 1.5;
/** How much the tests beside the strongest add: 1 were independent tests (Fisher), 0 the strongest alone. */
const SHARE_OF_OTHERS = 0.3;
/** How much each test counts. How they were chosen: docs/benchmarks.md. */
const WEIGHTS: Record<TestName, number> = {
  newRange: 2,
  novelty1: 1.5,
  novelty12: 0.25,
  novelty36: 0.25,
  shiftNow: 0.75,
  shiftLately: 0.75,
  dayBefore: 0.75,
  weekBefore: 0.25,
  deviation: 0.25,
  volatility: 0.25,
};
/** The longer a series, the more of it is odd by chance: a tenfold past asks for so many decades more. */
const DECADES_PER_TENFOLD_PAST = 0.2;
const SHORT_PAST_POINTS = 500;

/**
 * One figure from all tests: the strongest, and a share of what the others say. The tests look at the same points,
 * so that their surprises do not simply add up.
 *
 * @param surprise  decades
 * @param seen  points before this one
 * @returns decades
 */
export function combineEvidence(surprise: Partial<Record<TestName, number>>, seen: number): number {
  let strongest = 0;
  let sum = 0;
  for (const test of TESTS) {
    const weighted = WEIGHTS[test] * Math.min(surprise[test] ?? 0, MOST_DECADES);
    strongest = Math.max(strongest, weighted);
    sum += weighted;
  }
  const byChance = DECADES_PER_TENFOLD_PAST * Math.log10(1 + seen / SHORT_PAST_POINTS);
  return Math.max(0, strongest + SHARE_OF_OTHERS * (sum - strongest) - byChance);
}
