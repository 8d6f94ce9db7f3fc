import type { LoadForecast } from '../../../core/contracts/load-forecast.ts';
import type { Market } from '../../../core/contracts/market.ts';
import { assembleMarket } from '../../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import type { MarketSurvey } from '../../../core/market/market-survey.ts';
import { priceTracks } from '../../../core/market/price-track.ts';
import type { SpotPrice } from '../../../core/market/spot-price-history.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';
import { fitRuntimeModel, type RuntimeModel } from '../../../core/runtime-model/runtime-model.ts';
import type { SizingJob, SizingRequest } from '../../../core/sizing/plan-fleet.ts';

const GIB = 1024 ** 3;
export const now = '2026-01-05T02:00:00.000Z';
export const minutesFromNow = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();

/** Spot at a share of on-demand that differs by type and zone, always the same. */
export function spotPricesOf(zones: readonly string[], types = CATALOGUE): SpotPrice[] {
  return zones.flatMap((zone, z) =>
    types.map((type, t) => ({
      instanceType: type.name,
      zone,
      usdPerHour: type.onDemandUsdPerHour * (0.3 + 0.05 * ((t * 7 + z * 3) % 5)),
      at: '2026-01-05T01:00:00.000Z',
    })),
  );
}

export function marketOf(families: readonly string[], over: Partial<MarketSurvey> = {}): Market {
  const zones = over.zones ?? ['us-east-1a', 'us-east-1b'];
  const types = CATALOGUE.filter((type) => families.includes(type.family));
  return assembleMarket({
    region: 'us-east-1',
    zones,
    at: now,
    source: 'file',
    types,
    priceTracks: priceTracks(spotPricesOf(zones, types)),
    reclaims: [],
    wantSpot: true,
    ...over,
  });
}

/** Runs of a scan-heavy job that scales well: 40 s per GiB and core, plus a minute and a half. */
export function modelOf(secondsPerGibAndCore = 40, spread = 0.05): RuntimeModel {
  const runs = [8, 16, 32, 64, 96].flatMap((cores) =>
    [20, 50, 100, 200].map((gib, i) => ({
      at: null,
      inputBytes: gib * GIB,
      cores,
      nodes: cores / 8,
      memoryMib: (cores / 8) * 32_768,
      coreSpeed: 1,
      runtimeSeconds: (90 + (secondsPerGibAndCore * gib) / cores) * (1 + (i % 2 === 0 ? spread : -spread)),
      weight: 1,
    })),
  );
  return fitRuntimeModel({ task: 'etl', runs, baseline: null });
}

export function forecastOf(gib: number, logSpread = 0.1): LoadForecast {
  return {
    job: 'orders',
    forScheduledAt: now,
    inputBytes: lognormalQuantiles(gib * GIB, logSpread),
    method: 'seasonal-profile',
    historyPoints: 28,
    backtestMapePercent: 8,
    reason: 'Four weeks of runs.',
  };
}

export function jobOf(over: Partial<SizingJob> = {}): SizingJob {
  return {
    name: 'orders',
    task: 'etl',
    release: 'emr-7.9.0',
    capacity: {
      architectures: ['x86_64', 'arm64'],
      families: [],
      gpu: false,
      minMemoryGibPerCore: 2,
      diskGibPerNode: 64,
      maxNodes: 40,
      spot: true,
      zones: [],
    },
    budget: { perRun: { targetUsd: 5, limitUsd: 40 } },
    slo: { target: 0.95, windowDays: 28 },
    baseline: { instanceType: 'm5.2xlarge', count: 10 },
    ...over,
  };
}

export function requestOf(over: Partial<SizingRequest> = {}): SizingRequest {
  return {
    job: jobOf(),
    runKey: 'orders@2026-01-05T02:00:00.000Z',
    deadlineAt: minutesFromNow(90),
    now,
    forecast: forecastOf(100),
    model: modelOf(),
    market: marketOf(['m5', 'm6g', 'c5', 'r5', 'm6i']),
    seed: 'test',
    effort: 'fast',
    whenLate: 'refuse',
    ...over,
  };
}
