import type { FrozenLoss, ModelVerdict } from '../../contracts/model-version.ts';
import type { RuntimeModel } from '../model.ts';
import { newestRuns, type NamedRun } from './frozen-losses.ts';
import { predictionLoss } from './prediction-loss.ts';

export interface Champion {
  readonly version: string;
  readonly model: RuntimeModel;
  /** how it did on runs left out of its own training set; null for one from before scores were kept */
  readonly losses: readonly FrozenLoss[] | null;
  /** keys of the runs it was fitted on */
  readonly learntFrom: readonly string[];
}

interface Judgement {
  readonly losses: readonly FrozenLoss[];
  /** what the challenger was fitted on */
  readonly runs: readonly NamedRun[];
  /** null: the job has none yet */
  readonly champion: Champion | null;
}

const LOSS_DIGITS = 4;
/** With fewer runs nobody knows what chance does: then worse is worse. */
const FEWEST_FOR_CHANCE = 6;

/**
 * Whether a new version takes charge: not when it foretells the job's newest runs worse than the one in charge does,
 * each run by a fit that had not seen it. Worse is what is farther above than one standard error of the mean of the
 * differences by run: that much is chance, and a fit that knows the newest run is worth having. Both are asked alike: runs from after the champion's fit are
 * put to it as it stands, as the plans of those runs did (prequential); for runs that it has learnt from, what
 * was written down when they were left out of it counts. A run that lost nodes counts less, as in the fit.
 *
 * @see Dawid, Statistical Theory: The Prequential Approach, JRSS A 1984
 * @see Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984, section 3.4.3 (one standard error)
 */
export function judgeChallenger({ losses, runs, champion }: Judgement): ModelVerdict {
  const unjudged = { promoted: true, frozenRuns: 0, loss: null, championLoss: null };
  if (champion === null) {
    return { ...unjudged, champion: null, reason: 'Promoted: it is the first model of this job.' };
  }
  if (champion.losses === null) {
    return {
      ...unjudged,
      champion: champion.version,
      reason: `Promoted without comparison: ${champion.version} is from before scores were kept.`,
    };
  }
  const pairs = pairsOf(losses, runs, champion);
  const { loss, championLoss, byChance } = compared(pairs);
  if (loss === null || championLoss === null) {
    return {
      ...unjudged,
      champion: champion.version,
      reason: `Promoted without comparison: there is no run on which it and ${champion.version} can be compared.`,
    };
  }
  const promoted = loss - championLoss <= byChance;
  const figures = `on ${pairs.length} past runs left out of the fits its loss is ${loss.toFixed(LOSS_DIGITS)}, that of ${champion.version} ${championLoss.toFixed(LOSS_DIGITS)}`;
  const chance = `within ${byChance.toFixed(LOSS_DIGITS)}, which may be chance`;
  const reason = !promoted
    ? `Not promoted: ${figures}, which stays in charge.`
    : `Promoted: ${figures}${loss > championLoss ? `, ${chance}` : ''}.`;
  return { promoted, champion: champion.version, frozenRuns: pairs.length, loss, championLoss, reason };
}

/** Weighted means, and by how much their difference is off by chance: one standard error. */
function compared(pairs: readonly Pair[]): {
  loss: number | null;
  championLoss: number | null;
  byChance: number;
} {
  const weight = pairs.reduce((sum, pair) => sum + pair.weight, 0);
  if (weight <= 0) return { loss: null, championLoss: null, byChance: 0 };
  const meanOf = (valueOf: (pair: Pair) => number) =>
    pairs.reduce((sum, pair) => sum + pair.weight * valueOf(pair), 0) / weight;
  const loss = meanOf((pair) => pair.loss);
  const championLoss = meanOf((pair) => pair.championLoss);
  const variance = meanOf((pair) => (pair.loss - pair.championLoss - (loss - championLoss)) ** 2);
  // weights are at most 1: their sum counts whole runs
  const byChance = weight < FEWEST_FOR_CHANCE ? 0 : Math.sqrt(variance / (weight - 1));
  return { loss, championLoss, byChance };
}

interface Pair {
  readonly weight: number;
  readonly loss: number;
  readonly championLoss: number;
}

function pairsOf(
  losses: readonly FrozenLoss[],
  runs: readonly NamedRun[],
  champion: Champion,
): readonly Pair[] {
  const ofChallenger = new Map(losses.map(({ runKey, loss }) => [runKey, loss]));
  const ofChampion = new Map((champion.losses ?? []).map(({ runKey, loss }) => [runKey, loss]));
  const learntFrom = new Set(champion.learntFrom);
  return newestRuns(runs).flatMap((run) => {
    const loss = ofChallenger.get(run.runKey);
    const championLoss = learntFrom.has(run.runKey)
      ? ofChampion.get(run.runKey)
      : predictionLoss(champion.model, run);
    if (loss === undefined || championLoss === undefined) return [];
    return [{ weight: run.weight, loss, championLoss }];
  });
}
