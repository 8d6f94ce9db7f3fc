import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { NoFeasiblePlanError } from './sizing-errors.ts';
import type { SizingRequest } from './sizing-request.ts';
import { withDeadlineMoved, withLoadTimes, withSpotPricesTimes } from './variations.ts';

/** Up to which value a plan's kind of fleet is the right one, in one direction of one quantity. */
export interface FlipPoint {
  readonly what: 'load' | 'deadline' | 'spot-price';
  /** the first value found at which another kind wins: factors for load and spot price, minutes for the deadline */
  readonly at: number;
  /** the kind of fleet that wins there; null: there is no plan any more */
  readonly winner: FleetPlan | null;
}

/** Where to look, outwards from the run as it stands: the first that flips is narrowed down. */
const LADDERS: readonly (readonly [FlipPoint['what'], readonly number[]])[] = [
  ['load', [1.25, 1.5, 2, 4]],
  ['load', [0.8, 0.5, 0.25]],
  ['deadline', [-15, -30, -60, -120, -240]],
  ['deadline', [30, 60, 120, 240]],
  ['spot-price', [1.25, 1.5, 2, 4]],
  ['spot-price', [0.8, 0.5, 0.25]],
];
/** Halvings between the last value that keeps the plan and the first that does not. */
const NARROWINGS = 3;

/**
 * The load, deadline and spot price at which another plan wins, each changed alone. A plan is another one when its
 * architecture, the classes of its types (c, m, r, …) or what it buys on spot differ: with a little more load the same
 * fleet grows by a node or a generation, and that decides nothing.
 *
 * @param request  as the plan was made; how long is searched decides how long this takes: some thirty plans
 * @param planOf  plans a request
 * @returns in the order load, deadline, spot price; directions in which nothing flips within the ladder are left out
 */
export function flipPoints(
  request: SizingRequest,
  planOf: (request: SizingRequest) => FleetPlan,
): FlipPoint[] {
  const attempt = (changed: SizingRequest): FleetPlan | null => {
    try {
      return planOf(changed);
    } catch (error) {
      if (error instanceof NoFeasiblePlanError) return null;
      throw error;
    }
  };
  const plan = attempt(request);
  if (plan === null) return [];
  const kind = kindOf(plan);
  const hasSpot = request.market.pools.some(({ spotUsdPerHour }) => spotUsdPerHour !== null);
  return LADDERS.flatMap(([what, ladder]) => {
    if (what === 'spot-price' && !hasSpot) return [];
    const at = (value: number): FleetPlan | null => attempt(changedRequest(request, what, value));
    const flips = (found: FleetPlan | null) => found === null || kindOf(found) !== kind;
    let keeps = what === 'deadline' ? 0 : 1;
    for (const value of ladder) {
      const winner = at(value);
      if (flips(winner)) return [narrowed({ what, at: value, winner }, keeps, at, flips)];
      keeps = value;
    }
    return [];
  });
}

function changedRequest(request: SizingRequest, what: FlipPoint['what'], value: number): SizingRequest {
  if (what === 'load') return withLoadTimes(request, value);
  return what === 'deadline' ? withDeadlineMoved(request, value) : withSpotPricesTimes(request, value);
}

function narrowed(
  flip: FlipPoint,
  keeps: number,
  at: (value: number) => FleetPlan | null,
  flips: (found: FleetPlan | null) => boolean,
): FlipPoint {
  let [inner, found] = [keeps, flip];
  for (let i = 0; i < NARROWINGS; i += 1) {
    const middle = (inner + found.at) / 2;
    const value = flip.what === 'deadline' ? Math.round(middle) : Math.round(middle * 100) / 100;
    if (value === inner || value === found.at) break;
    const winner = at(value);
    if (flips(winner)) found = { ...found, at: value, winner };
    else inner = value;
  }
  return found;
}

/** What a plan is made of, whatever the number and size of nodes, and in whichever zone. */
function kindOf({ architecture, fleets }: FleetPlan): string {
  const workers = fleets.filter(({ role }) => role !== 'primary');
  return JSON.stringify([
    architecture,
    workers.map(({ role, instanceTypes, onDemandUnits, spotUnits }) => [
      role,
      [...new Set(instanceTypes.map(({ name }) => name.split('.')[0]?.charAt(0)))].sort(),
      onDemandUnits > 0,
      spotUnits > 0,
    ]),
  ]);
}
