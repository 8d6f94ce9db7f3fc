import { certain, valueAt } from '../numerics/quantiles.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import type { RuntimeModel } from '../runtime-model/runtime-model.ts';
import { costLatenessFront } from './choose-plan.ts';
import { judge } from './evaluate/judge.ts';
import { sumsOfDesign } from './evaluate/sums-of-design.ts';
import { designOf } from './fleet-design.ts';
import { drawScenarios } from './scenarios.ts';
import type { Candidate, SizingProblem } from './sizing-problem.ts';

/** Middles of three equal parts of what may come. */
const LEVELS = [1 / 6, 1 / 2, 5 / 6] as const;
const SCENARIOS = 100;
/** So many fleets stand for all: some of those that none beats in cost and lateness, where a better informed choice would be. */
const FLEETS = 10;

/**
 * What not knowing costs: the chosen fleet's cost less the mean cost of the fleets that would be chosen if the
 * runtime (or the load) were known beforehand, the model's error taken to be the same for all of them. No try and no
 * forecast tells so much: it stands for the most that knowing can be worth.
 *
 * @param inputBytes  forecast of the load
 * @param judged  affordable or not, the chosen one among them
 * @returns by how much a plan would be cheaper, on average, if one thing were known before it is made; USD, 0 or more
 * @see Howard, Information Value Theory, IEEE Transactions on Systems Science and Cybernetics 1966
 */
export function valueOfKnowing(
  problem: SizingProblem,
  inputBytes: Quantiles,
  judged: readonly Candidate[],
  chosen: Candidate,
  seed: string,
): (knows: 'runtime' | 'load') => number {
  const front = costLatenessFront(judged.filter((each) => each.affordable && each !== chosen));
  const wanted = Math.min(front.length, FLEETS - 1);
  const others = Array.from({ length: wanted }, (_, i) => front[Math.floor((i * front.length) / wanted)]);
  const sumsOf = ({ genome }: Candidate) => sumsOfDesign(designOf(genome, problem.arenas, problem));
  const fleets = [chosen, ...others.flatMap((each) => each ?? [])].map(sumsOf);
  const asItIs = drawScenarios(inputBytes, SCENARIOS, `${seed}/knowing`);
  const now = judge(sumsOf(chosen), asItIs, problem.model, problem.secondsLeft).costUsd;
  const informed = (level: number, knows: 'runtime' | 'load') => {
    const model = knows === 'runtime' ? knownModel(problem.model, level) : problem.model;
    const scenarios =
      knows === 'load'
        ? drawScenarios(certain(valueAt(inputBytes, level)), SCENARIOS, `${seed}/knowing`)
        : asItIs;
    const costs = fleets.map((sums) => judge(sums, scenarios, model, problem.secondsLeft));
    const inTime = costs.filter(({ lateProbability }) => lateProbability <= problem.allowedLate);
    // without any in time, a plan that knows is no better than the one that does not
    return Math.min(...(inTime.length === 0 ? costs.slice(0, 1) : inTime).map(({ costUsd }) => costUsd));
  };
  return (knows) =>
    Math.max(0, now - LEVELS.reduce((sum, level) => sum + informed(level, knows), 0) / LEVELS.length);
}

/** The model as it would be, were its error known to lie at that level. */
function knownModel(model: RuntimeModel, level: number): RuntimeModel {
  const { logResidual, refinement } = model;
  return {
    ...model,
    logResidual: certain(valueAt(logResidual, level)),
    refinement:
      refinement === null ? null : { ...refinement, scores: certain(valueAt(refinement.scores, level)) },
    // nothing is outside of what is known
    seen: null,
  };
}
