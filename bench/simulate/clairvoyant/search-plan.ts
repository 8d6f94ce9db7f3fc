import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { planFleet, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { isoInstant, MILLISECONDS_PER_SECOND, secondsBetween } from '../../../core/units.ts';
import { foreseeMarket } from './foresee-market.ts';
import { rehearse, worldOfFate, type Attempt, type Fate, type Rehearsal } from './rehearse.ts';

/** Deadlines to plan for, as shares of the time there is: the model may be wrong either way. */
const DEADLINE_SHARES = [0.35, 0.5, 0.65, 0.8, 0.95, 1.15, 1.4];
/** Then the best fleet's task nodes are varied by these factors, as long as that helps. */
const TASK_FACTORS = [0.85, 0.93, 1.08, 1.18];
const ROUNDS = 2;
/** What is foreseen is not exact: a plan lands so long before the deadline, at least. */
const MARGIN_MS = 60 * MILLISECONDS_PER_SECOND;
/** Every outcome is foreseen, so an even chance in the planner's model is enough. */
const EVEN = 0.5;

/**
 * The cheapest plan found that lands in time, by one who knows load, prices, capacity, reclaims and luck of this
 * very run: plans for several deadlines, each flown in the world as it will be, the best of them varied and flown
 * again. A bound by search, not a proof: a cheaper one may exist.
 */
export async function searchPlan(fate: Fate, request: SizingRequest, attempt: Attempt): Promise<FleetPlan> {
  const found: Rehearsal[] = [];
  const fly = async (plans: readonly FleetPlan[]) => {
    for (const plan of plans) {
      if (found.some((other) => fleetKey(other.plan) === fleetKey(plan))) continue;
      found.push(await rehearse(fate, attempt, plan));
    }
  };
  await fly(plansFor(fate, request, attempt.nowMs));
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = bestOf(found, request.deadlineAt);
    if (before === undefined) break;
    await fly(TASK_FACTORS.map((factor) => withTaskNodes(before.plan, factor)));
    if (bestOf(found, request.deadlineAt) === before) break;
  }
  const best = bestOf(found, request.deadlineAt);
  const { runKey, deadlineAt, now } = request;
  const plan = best?.plan ?? planFleet(request);
  return {
    ...plan,
    runKey,
    deadlineAt,
    plannedAt: now,
    reasons: [`Best of ${found.length} fleets that were flown beforehand.`],
  };
}

function plansFor(fate: Fate, request: SizingRequest, nowMs: number): FleetPlan[] {
  const { world } = worldOfFate(fate);
  const market = foreseeMarket(request.market, world.market, nowMs, Date.parse(request.deadlineAt));
  const secondsLeft = Math.max(60, secondsBetween(request.now, request.deadlineAt));
  const job = { ...request.job, slo: { ...request.job.slo, target: EVEN } };
  return DEADLINE_SHARES.map((share) =>
    planFleet({
      ...request,
      job,
      market,
      seed: `${request.seed} ${share}`,
      effort: 'fast',
      deadlineAt: isoInstant(nowMs + secondsLeft * share * MILLISECONDS_PER_SECOND),
    }),
  );
}

/** The cheapest that lands in time, else the first that lands, else none that is better than another. */
function bestOf(found: readonly Rehearsal[], deadlineAt: string): Rehearsal | undefined {
  const latestMs = Date.parse(deadlineAt) - MARGIN_MS;
  const landed = found.filter(({ succeeded }) => succeeded);
  const inTime = landed.filter(({ finishMs }) => finishMs <= latestMs);
  const least = (of: readonly Rehearsal[], figure: (each: Rehearsal) => number) =>
    of.reduce<Rehearsal | undefined>(
      (best, each) => (best === undefined || figure(each) < figure(best) ? each : best),
      undefined,
    );
  return (
    least(inTime, ({ costUsd }) => costUsd) ??
    least(landed, ({ finishMs }) => finishMs) ??
    least(found, ({ costUsd }) => costUsd)
  );
}

function withTaskNodes(plan: FleetPlan, factor: number): FleetPlan {
  return {
    ...plan,
    fleets: plan.fleets.map((fleet) => {
      if (fleet.role !== 'task') return fleet;
      const unit = fleet.instanceTypes[0]?.weightUnits ?? 1;
      const scaled = (units: number) => {
        const nodes = units / unit;
        const rounded = factor < 1 ? Math.floor(nodes * factor) : Math.ceil(nodes * factor);
        return Math.max(0, rounded) * unit;
      };
      return { ...fleet, onDemandUnits: scaled(fleet.onDemandUnits), spotUnits: scaled(fleet.spotUnits) };
    }),
  };
}

function fleetKey({ zone, fleets }: FleetPlan): string {
  return JSON.stringify([zone, fleets]);
}
