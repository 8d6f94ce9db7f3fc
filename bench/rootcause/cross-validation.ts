import { seededRng } from '../../core/numerics/rng.ts';

const FOLDS = 5;
const REPEATS = 20;

/**
 * What a choice of constants is worth on cases that had no say in it: the constants that did best on four fifths of
 * the cases answer for the last fifth, in turn; over several shuffles.
 *
 * @param outcomes  by constants, by case
 * @param scoreOf  of the outcomes of some cases, more is better
 * @returns the mean score over shuffles, of all cases held out; null when there are fewer cases than folds
 */
export function heldOutScore<T>(
  outcomes: readonly (readonly T[])[],
  scoreOf: (some: readonly T[]) => number,
): number | null {
  const cases = outcomes[0]?.length ?? 0;
  if (cases < FOLDS) return null;
  const scores = Array.from({ length: REPEATS }, (_, repeat) => {
    const rng = seededRng(`rootcause/${repeat}`);
    const order = Array.from({ length: cases }, (_each, i) => ({ i, key: rng() })).sort(
      (a, b) => a.key - b.key,
    );
    const folds = Array.from({ length: FOLDS }, (_each, fold) =>
      order.filter((_one, place) => place % FOLDS === fold).map(({ i }) => i),
    );
    return scoreOf(folds.flatMap((held) => answersFor(outcomes, held, scoreOf)));
  });
  return scores.reduce((sum, score) => sum + score, 0) / REPEATS;
}

function answersFor<T>(
  outcomes: readonly (readonly T[])[],
  held: readonly number[],
  scoreOf: (some: readonly T[]) => number,
): T[] {
  const learnt = outcomes.map((byCase) => scoreOf(byCase.filter((_, i) => !held.includes(i))));
  const best = Math.max(...learnt);
  // of several that did equally well the middle one: the least extreme
  const equals = outcomes.filter((_, k) => learnt[k] === best);
  const chosen = equals[Math.floor(equals.length / 2)] ?? [];
  return chosen.filter((_, i) => held.includes(i));
}
