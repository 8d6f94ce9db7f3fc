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
  /** climbs there, each from another place */
  readonly finalClimbs: number;
  readonly finalClimb: ClimbBudget;
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
      climbs: 1,
      climb: { rounds: 6, far: false },
    },
    searchScenarios: 128,
    freshScenarios: 500,
    finalists: 16,
    finalClimbs: 1,
    finalClimb: { rounds: 3, far: false },
    proof: { cells: 60, tolerance: 0.01 },
  },
  full: {
    search: {
      screenedSeeds: 400,
      populationSize: 100,
      generations: 80,
      stallGenerations: 20,
      climbs: 8,
      climb: { rounds: 40, far: true },
    },
    searchScenarios: 256,
    freshScenarios: 1000,
    finalists: 40,
    finalClimbs: 3,
    finalClimb: { rounds: 12, far: true },
    proof: { cells: 600, tolerance: 0.01 },
  },
};
