import type { Program, SparkParameters } from './program.ts';
import type { StageLoad } from './stage-tasks.ts';
import type { Trouble } from './trouble.ts';

/** What one application has to do. */
export interface RunPlan {
  readonly program: Program;
  readonly stages: readonly StageLoad[];
  readonly loadGib: number;
  readonly workFactor: number;
  readonly seed: string;
  readonly parameters: SparkParameters;
  /** what goes wrong, of itself or because a scenario wants it */
  readonly trouble: Trouble;
  /** spark.driver.maxResultSize */
  readonly maxResultBytes: number;
}
