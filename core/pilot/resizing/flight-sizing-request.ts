import type { FleetPlan } from '../../contracts/fleet-plan.ts';
import type { SizingAsk } from '../../contracts/flight-sizing.ts';
import type { Market } from '../../contracts/market.ts';
import type { RuntimeModel } from '../../runtime-model/runtime-model.ts';
import type { SizingJob } from '../../sizing/plan-fleet.ts';

/** A flight whose predicted finish has left its corridor, and what it can be sized with. */
export interface FlightSizingRequest {
  readonly ask: SizingAsk;
  /** as it flies: with the task fleet's present types */
  readonly plan: FleetPlan;
  readonly job: SizingJob;
  /** surveyed now */
  readonly market: Market;
  readonly model: RuntimeModel;
  readonly scheduledAt: string;
  readonly attempt: number;
}
