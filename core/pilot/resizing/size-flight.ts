import type { FlightOptions } from '../../contracts/flight-sizing.ts';
import { medianOf } from '../../numerics/quantiles.ts';
import { FleetSpeed } from './fleet-speed.ts';
import type { FlightSizingRequest } from './flight-sizing-request.ts';
import { freshAttempt } from './fresh-attempt.ts';
import { poolsInFlight } from './pools-in-flight.ts';
import { outcomeOf } from './remaining-outcome.ts';
import { presentUsdPerHour, sizeTaskFleet } from './size-task-fleet.ts';

/**
 * Sizes the rest of a flight at live prices: another task fleet of its cluster, and another cluster that begins anew.
 *
 * @returns null where the market does not know the cluster's types, or the plan not its load
 */
export function sizeFlight(request: FlightSizingRequest): FlightOptions | null {
  const { ask, plan, job, market, model } = request;
  const { inputBytes } = plan;
  const pools = poolsInFlight(plan, job, market, ask.dry);
  if (pools === null || inputBytes === undefined) return null;
  const ground = { ask, plan, pools };
  const [core] = pools.core;
  const taskUnits = ask.task.runningOnDemandUnits + ask.task.runningSpotUnits;
  const speeds = new FleetSpeed(
    plan,
    model,
    medianOf(inputBytes) * medianOf(ask.loadFactors),
    { pools: pools.core, nodes: ask.coreUnits / (core?.instanceType.vcpus ?? 1) },
    { pools: pools.present, nodes: taskUnits / pools.presentUnits },
  );
  const usdPerHour = presentUsdPerHour(ground);
  const still = { speed: ask.speed, laterSpeed: ask.speed, usdPerHour, addedUsdPerHour: 0 };
  return {
    surveyedAt: market.surveyedAt,
    holdCostUsd: ask.spentUsd + outcomeOf(ask.workSeconds, ask.secondsLeft, still).costUsd,
    task: sizeTaskFleet({ ...ground, speeds }),
    fresh: freshAttempt(request, usdPerHour),
  };
}
