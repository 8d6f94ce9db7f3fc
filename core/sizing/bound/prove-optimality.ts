import type { FleetPlan } from '../../contracts/fleet-plan.ts';
import { percentText, usdText } from '../../units-text.ts';
import type { FleetGenome } from '../fleet-genome.ts';
import { repairGenome } from '../fleet-genome.ts';
import type { Candidate, CandidateBook, SizingProblem } from '../sizing-problem.ts';
import { CostFloorSearch, type FloorBudget } from './cost-floor.ts';
import type { LinearSolver } from './linear-solver.ts';

type Optimality = NonNullable<FleetPlan['optimality']>;

/**
 * How far from the best possible a choice can be.
 *
 * @param found  the choice, the fleets it was chosen from, and those that the linear programme gave
 * @param judged  any book of the problem's arenas
 */
export function proveOptimality(
  found: { chosen: Candidate; candidates: readonly Candidate[]; linear: readonly FleetGenome[] },
  problem: SizingProblem,
  solver: LinearSolver,
  budget: FloorBudget,
  judged: CandidateBook,
): Optimality {
  const { costUsd } = found.chosen.judgement;
  const cheapestUsd = cheapestOf([found.chosen, ...found.candidates]) ?? costUsd;
  const floor = new CostFloorSearch(problem, solver, budget).run(cheapestUsd);
  const book = judged.for(problem);
  const seeds = found.linear.map((genome) => book.judge(repairGenome(genome, problem)));
  return {
    costFloorUsd: floor.costUsd,
    gapShare: Math.max(costUsd / floor.costUsd - 1, 0),
    cheapestUsd,
    bestLinearSeedUsd: cheapestOf(seeds) ?? null,
    provedBy: `branch and bound over ${floor.cells} cells, each bounded by a linear programme (${solver.name})`,
  };
}

/** The optimality in a sentence for people. */
export function optimalityReason({ costFloorUsd, gapShare }: Optimality): string {
  return `Optimality: no fleet that is in time costs less than ${usdText(costFloorUsd)} on average, so this plan costs at most ${percentText(gapShare)} more than the best there is.`;
}

function cheapestOf(candidates: readonly Candidate[]): number | undefined {
  const costs = candidates
    .filter(({ violation }) => violation === 0)
    .map(({ judgement }) => judgement.costUsd);
  return costs.length === 0 ? undefined : Math.min(...costs);
}
