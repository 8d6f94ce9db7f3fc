import type { FloorBudget } from './bound/cost-floor.ts';
import type { SearchBudget } from './search-fleets.ts';
import type { SizingRequest } from './sizing-request.ts';

/** How much sizing may spend. */
export interface Effort {
  readonly search: SearchBudget;
  readonly searchScenarios: number;
  /** finalists are judged again on so many scenarios that the search never saw */
  readonly freshScenarios: number;
  readonly finalists: number;
  /** climbs there, each from another place, and the most moves of each */
  readonly finalClimbs: number;
  readonly finalClimbRounds: number;
  /** of the proof how far from the best the plan can be, where there is a solver */
  readonly proof: FloorBudget;
}

export const EFFORTS: Readonly<Record<SizingRequest['effort'], Effort>> = {
  fast: {
    search: { populationSize: 40, generations: 9, stallGenerations: 5, climbs: 1, climbRounds: 6 },
    searchScenarios: 128,
    freshScenarios: 500,
    finalists: 16,
    finalClimbs: 1,
    finalClimbRounds: 3,
    proof: { cells: 60, tolerance: 0.01 },
  },
  full: {
    search: { populationSize: 100, generations: 80, stallGenerations: 20, climbs: 8, climbRounds: 40 },
    searchScenarios: 256,
    freshScenarios: 1000,
    finalists: 40,
    finalClimbs: 3,
    finalClimbRounds: 12,
    proof: { cells: 600, tolerance: 0.01 },
  },
};
