import type { FrozenLoss, ModelVerdict } from '../../contracts/model-version.ts';
import type { RuntimeModel } from '../model.ts';
import { lossesAlone, newestRuns, type FitRequest, type NamedRun } from './frozen-losses.ts';
import { predictionLoss } from './prediction-loss.ts';

/** A version that was in charge, and what it rests on. */
interface RatedVersion {
  readonly version: string;
  readonly model: RuntimeModel;
  /** how it did on runs left out of its own training set; null for one from before scores were kept */
  readonly losses: readonly FrozenLoss[] | null;
  /** keys of the runs it was fitted on */
  readonly learntFrom: readonly string[];
}

export interface Champion extends RatedVersion {
  /** the version that none in charge since has beaten; none when it is the champion itself */
  readonly best?: RatedVersion | null;
}

interface Judgement {
  readonly version: string;
  /** the challenger's, on runs left out of its training set */
  readonly losses: readonly FrozenLoss[];
  /** what the challenger was fitted on */
  readonly request: FitRequest;
  /** null: the job has none yet */
  readonly champion: Champion | null;
}

const LOSS_DIGITS = 4;
/** With fewer runs nobody knows what chance does: then worse is worse. */
const FEWEST_FOR_CHANCE = 6;

/**
 * Whether a new version takes charge: not when it foretells the job's newest runs worse than the one in charge does. Both
 * are asked alike: each about runs left out of its own training set, together with the same others where both have learnt
 * from them, and alone where the champion has not. (A single run from after the champion's fit tells nothing: without it
 * the challenger is the champion.)
 *
 * Worse is what is farther above than one standard error of the mean of the differences by run: that much is chance, and
 * a fit that knows the newest run is worth having. So that many such steps do not lead down, the same is asked against
 * the best version since: the one that none in charge after it has beaten. Of the many runs from after that one's fit, the
 * challenger leaves some out together, which counts against it, a little. A run that lost nodes counts less, as in the fit.
 *
 * @see Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984, section 3.4.3 (one standard error)
 */
export function judgeChallenger({ version, losses, request, champion }: Judgement): ModelVerdict {
  const unjudged = { promoted: true, frozenRuns: 0, loss: null, championLoss: null, best: version };
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
  const asked = new Asked(losses, request);
  asked.alone(champion);
  const against = compared(asked.pairsWith(champion));
  if (against === null) {
    return {
      ...unjudged,
      champion: champion.version,
      reason: `Promoted without comparison: there is no run on which it and ${champion.version} can be compared.`,
    };
  }
  const best = champion.best ?? champion;
  const againstBest = best === champion ? against : compared(asked.pairsWith(best));
  const loses = !withinChance(against)
    ? textOf(against, champion.version)
    : againstBest !== null && !withinChance(againstBest)
      ? `${textOf(against, champion.version)}, and ${textOf(againstBest, best.version)}, the best since`
      : null;
  return {
    promoted: loses === null,
    champion: champion.version,
    frozenRuns: against.runs,
    loss: against.loss,
    championLoss: against.otherLoss,
    reason:
      loses === null
        ? `Promoted: ${textOf(against, champion.version)}${chanceText(against)}.`
        : `Not promoted: ${loses}; ${champion.version} stays in charge.`,
    best: againstBest !== null && againstBest.loss > againstBest.otherLoss ? best.version : version,
  };
}

interface Comparison {
  readonly runs: number;
  /** weighted means */
  readonly loss: number;
  readonly otherLoss: number;
  /** by how much their difference is off by chance: one standard error */
  readonly byChance: number;
}

function withinChance({ loss, otherLoss, byChance }: Comparison): boolean {
  return loss - otherLoss <= byChance;
}

function textOf({ runs, loss, otherLoss }: Comparison, other: string): string {
  return `on ${runs} past runs left out of the fits its loss is ${loss.toFixed(LOSS_DIGITS)}, that of ${other} ${otherLoss.toFixed(LOSS_DIGITS)}`;
}

function chanceText({ loss, otherLoss, byChance }: Comparison): string {
  return loss > otherLoss ? `, within ${byChance.toFixed(LOSS_DIGITS)}, which may be chance` : '';
}

/** @returns null when there is no run to compare on */
function compared(pairs: readonly Pair[]): Comparison | null {
  const weight = pairs.reduce((sum, pair) => sum + pair.weight, 0);
  if (weight <= 0) return null;
  const meanOf = (valueOf: (pair: Pair) => number) =>
    pairs.reduce((sum, pair) => sum + pair.weight * valueOf(pair), 0) / weight;
  const loss = meanOf((pair) => pair.loss);
  const otherLoss = meanOf((pair) => pair.otherLoss);
  const variance = meanOf((pair) => (pair.loss - pair.otherLoss - (loss - otherLoss)) ** 2);
  // weights are at most 1: their sum counts whole runs
  const byChance = weight < FEWEST_FOR_CHANCE ? 0 : Math.sqrt(variance / (weight - 1));
  return { runs: pairs.length, loss, otherLoss, byChance };
}

interface Pair {
  readonly weight: number;
  readonly loss: number;
  readonly otherLoss: number;
}

/** A challenger's answers. */
class Asked {
  readonly #frozen: readonly NamedRun[];
  readonly #request: FitRequest;
  readonly #together: ReadonlyMap<string, number>;
  readonly #alone = new Map<string, number>();

  constructor(losses: readonly FrozenLoss[], request: FitRequest) {
    this.#request = request;
    this.#frozen = newestRuns(request.runs);
    this.#together = byRun(losses);
  }

  /** Asks alone about runs that another version has not learnt from, so that it is asked about as few as the other is. */
  alone({ learntFrom }: RatedVersion): void {
    const later = this.#laterThan(learntFrom);
    if (later.length < 2) return;
    for (const { runKey, loss } of lossesAlone(this.#request, later)) this.#alone.set(runKey, loss);
  }

  pairsWith({ model, losses, learntFrom }: RatedVersion): readonly Pair[] {
    const otherOf = byRun(losses ?? []);
    const later = this.#laterThan(learntFrom);
    return this.#frozen.flatMap((run) => {
      const isLater = later.includes(run);
      if (isLater && later.length === 1) return [];
      const together = this.#together.get(run.runKey);
      const loss = isLater ? (this.#alone.get(run.runKey) ?? together) : together;
      const otherLoss = isLater ? predictionLoss(model, run) : otherOf.get(run.runKey);
      return loss === undefined || otherLoss === undefined ? [] : [{ weight: run.weight, loss, otherLoss }];
    });
  }

  #laterThan(learntFrom: readonly string[]): NamedRun[] {
    const known = new Set(learntFrom);
    return this.#frozen.filter(({ runKey }) => !known.has(runKey));
  }
}

function byRun(losses: readonly FrozenLoss[]): ReadonlyMap<string, number> {
  return new Map(losses.map(({ runKey, loss }) => [runKey, loss]));
}
