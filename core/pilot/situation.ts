import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { FlightOptions } from '../contracts/flight-sizing.ts';
import type { PilotDecision, Progress } from '../contracts/flight.ts';
import type { Run } from '../contracts/run.ts';
import type { GrowthRoom } from './growth-room.ts';

/** What the pilot knows when it looks. */
export interface Situation {
  readonly run: Run;
  readonly plan: FleetPlan;
  readonly view: ClusterView;
  readonly progress: Progress;
  /** the look before this one, of the same attempt */
  readonly previous: PilotDecision | null;
  readonly look: number;
  /** ISO 8601 */
  readonly now: string;
  readonly slo: { readonly target: number };
  /** what sums of money and quotas leave for growth, where that is known; absent: the plan's bounds alone count */
  readonly growthRoom?: GrowthRoom;
  /** what sizing the rest of the flight at this look found; null: it was not sized; absent: it cannot be */
  readonly options?: FlightOptions | null;
  /** another attempt may follow this one, and be launched unasked; absent: none is known to */
  readonly attemptsLeft?: boolean;
}
