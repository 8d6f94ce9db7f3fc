import type { JobTable } from './job-table.ts';
import type { Score } from './protocol.ts';

/** How one method did on one job. */
export interface MethodScores {
  readonly global: Score;
  /** by how many runs were known */
  readonly availability: ReadonlyMap<number, Score>;
  /** null when the job's table has no volume or no scale-out */
  readonly outward: Score | null;
}

export interface JobScores {
  readonly table: JobTable;
  /** by the method's name */
  readonly methods: ReadonlyMap<string, MethodScores>;
}
