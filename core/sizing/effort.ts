import type { FloorBudget } from './bound/cost-floor.ts';
import type { ClimbBudget } from './climb.ts';
import type { SearchBudget } from './search-fleets.ts';
import type { SizingRequest } from './sizing-request.ts';

/** How much sizing may spend. */
export interface Effort {
  readonly search: SearchBudget;
  readonly searchScenarios: number;
  /** finalists are judged again on so many scenarios that the search never saw */
  readonly freshScenarios: number;
  readonly finalists: number;
  /** climbs there */
  readonly finalClimbs: ClimbBudget;
  readonly finalClimbsToGoodUse: ClimbBudget;
  /** of the proof how far from the best the plan can be, where there is a solver */
  readonly proof: FloorBudget;
}

export const EFFORTS: Readonly<Record<SizingRequest['effort'], Effort>> = {
  fast: {
    search: {
      screenedSeeds: 80,
      populationSize: 40,
      generations: 9,
      stallGenerations: 5,
      climbs: { near: 2, far: 0, rounds: 6 },
      climbsToGoodUse: { near: 1, far: 0, rounds: 3 },
    },
    searchScenarios: 128,
    freshScenarios: 500,
    finalists: 16,
    finalClimbs: { near: 2, far: 0, rounds: 3 },
    finalClimbsToGoodUse: { near: 1, far: 0, rounds: 3 },
    proof: { cells: 60, tolerance: 0.01 },
  },
  full: {
    search: {
      screenedSeeds: 400,
      populationSize: 100,
      generations: 80,
      stallGenerations: 20,
      climbs: { near: 8, far: 4, rounds: 40 },
      climbsToGoodUse: { near: 0, far: 1, rounds: 40 },
    },
    searchScenarios: 256,
    freshScenarios: 1000,
    finalists: 60,
    finalClimbs: { near: 10, far: 3, rounds: 12 },
    finalClimbsToGoodUse: { near: 0, far: 1, rounds: 12 },
    proof: { cells: 600, tolerance: 0.01 },
  },
};
