import type { Pool } from '../contracts/market.ts';
import { InvalidInputError } from '../errors.ts';
import { epochMilliseconds, isoInstant, MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE } from '../units.ts';
import type { SizingRequest } from './sizing-request.ts';

/** Requests that differ from a given one in a single respect: what "what if" asks. */

/** @param minutes  later, or earlier when negative */
export function withDeadlineMoved(request: SizingRequest, minutes: number): SizingRequest {
  const moved =
    epochMilliseconds(request.deadlineAt) + minutes * SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND;
  return { ...request, deadlineAt: isoInstant(moved) };
}

/** @param factor  of every quantile of the load */
export function withLoadTimes(request: SizingRequest, factor: number): SizingRequest {
  const inputBytes = request.forecast.inputBytes.map((bytes) => bytes * factor);
  return { ...request, forecast: { ...request.forecast, inputBytes } };
}

/**
 * @param factor  of every spot price, also of what it may rise to; on-demand prices and EMR's fee stay
 * @throws InvalidInputError  when the market knows no spot price
 */
export function withSpotPricesTimes(request: SizingRequest, factor: number): SizingRequest {
  const { pools } = request.market;
  if (pools.every(({ spotUsdPerHour }) => spotUsdPerHour === null)) {
    throw new InvalidInputError(
      'Spot prices: found none to change; allowed: a market that has some. Give --market, and capacity.spot: true in the job file.',
    );
  }
  return {
    ...request,
    market: {
      ...request.market,
      pools: pools.map((pool) => withSpotPriceTimes(pool, factor)),
    },
  };
}

/** @param limitUsd  what the run may cost, its target held below */
export function withLimit(request: SizingRequest, limitUsd: number): SizingRequest {
  const { budget } = request.job;
  const perRun = { ...budget.perRun, limitUsd, targetUsd: Math.min(budget.perRun.targetUsd, limitUsd) };
  return { ...request, job: { ...request.job, budget: { ...budget, perRun } } };
}

function withSpotPriceTimes(pool: Pool, factor: number): Pool {
  const { spotUsdPerHour, spotHighUsdPerHour, spotExpectedUsdPerHour, priceLevel } = pool;
  return {
    ...pool,
    spotUsdPerHour: spotUsdPerHour === null ? null : spotUsdPerHour * factor,
    spotHighUsdPerHour: spotHighUsdPerHour === null ? null : spotHighUsdPerHour * factor,
    ...(spotExpectedUsdPerHour === undefined
      ? {}
      : { spotExpectedUsdPerHour: spotExpectedUsdPerHour * factor }),
    ...(priceLevel === undefined
      ? {}
      : { priceLevel: { ...priceLevel, usualUsdPerHour: priceLevel.usualUsdPerHour * factor } }),
  };
}
