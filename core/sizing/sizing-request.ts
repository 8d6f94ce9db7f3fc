import type { Job } from '../contracts/job.ts';
import type { LoadForecast } from '../contracts/load-forecast.ts';
import type { Market } from '../contracts/market.ts';
import type { PlanModels } from '../contracts/model-version.ts';
import type { RiskStance } from '../ledger/risk-stance.ts';
import type { PlanConstraints } from './plan-constraints.ts';
import type { RuntimeModel } from '../runtime-model/runtime-model.ts';

/** What sizing reads of a job. */
export type SizingJob = Pick<Job, 'name' | 'task' | 'capacity' | 'budget' | 'slo' | 'baseline' | 'release'> &
  Partial<Pick<Job, 'autonomy' | 'learning' | 'objective'>>;

export interface SizingRequest {
  readonly job: SizingJob;
  readonly runKey: string;
  /** ISO 8601 */
  readonly deadlineAt: string;
  /** ISO 8601 */
  readonly now: string;
  readonly forecast: LoadForecast;
  readonly model: RuntimeModel;
  readonly market: Market;
  /** where forecast and model are kept, for the plan to name; missing where they are not */
  readonly modelDocuments?: PlanModels['documents'];
  /** said with the plan's reasons: what people have set about its models */
  readonly remarks?: readonly string[];
  readonly seed: string;
  /** `fast`: about 150 ms and 200 scenarios; `full`: up to 3 s and 500 scenarios */
  readonly effort: 'fast' | 'full';
  /** 1 is the first, and the default: the only one that is refused for a deadline that has passed */
  readonly attempt?: number;
  /** what earlier attempts of the run cost: the limit is one for all of them; default 0 */
  readonly spentUsd?: number;
  /** what earlier attempts of the run failed of, and what is done otherwise for it */
  readonly constraints?: PlanConstraints;
  /** how likely late the run may be, where its job's past bears on that; absent: 1 − SLO target */
  readonly risk?: RiskStance;
  /** what to do when no fleet within the limit meets the SLO */
  readonly whenLate: 'refuse' | 'least-late';
}

/** The share of runs that may be late, 0..1. */
export function allowedLateOf({ job, risk }: Pick<SizingRequest, 'job' | 'risk'>): number {
  return risk?.allowedLate ?? 1 - job.slo.target;
}
