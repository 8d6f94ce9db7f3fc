import type { Market, Pool } from '../../core/contracts/market.ts';
import { emrFee } from '../../core/market/catalogue.ts';
import { lognormalQuantiles } from '../../core/numerics/lognormal-quantiles.ts';
import { normalQuantile } from '../../core/numerics/normal-quantile.ts';
import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import { seededRng, type Rng } from '../../core/numerics/rng.ts';
import type { RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { drawsOf } from '../../core/sizing/scenarios.ts';
import { BYTES_PER_GIB, SECONDS_PER_HOUR } from '../../core/units.ts';
import type { Instance } from './instance.ts';
import type { OfferedType } from './instance-types.ts';

/** Scenarios that an instance holds. */
const DRAWS = 1000;
/** Reclaims later than so many times the time to the deadline decide nothing. */
const HORIZON = 10;
const KINDS = ['small', 'linear', 'non-linear', 'non-linear'] as const;
const SMALL_TYPES = 10;
const SMALL_NODES = 5;
/** Reclaims per hour by the advisor's bands: shares of a month's instances taken as a day's hazard. */
const HAZARD_BY_BAND = [0.002, 0.004, 0.006, 0.008, 0.012] as const;
/** A capacity crunch: pools vanish so much more often than usual. */
const CRUNCH = [3, 12] as const;

/** The instance of a seed: a market, a job, a deadline, and what may happen. The same seed gives the same one. */
export function generateInstance(seed: number, offered: readonly OfferedType[]): Instance {
  const rng = seededRng(`sizing/${seed}`);
  const kind = KINDS[seed % KINDS.length] ?? 'linear';
  const within = (low: number, high: number) => low + rng() * (high - low);
  const spread = (low: number, high: number) => low * (high / low) ** rng();
  const types = kind === 'small' ? few(offered, rng) : offered;
  const cores = kind === 'small' ? within(12, 40) : spread(60, 800);
  const secondsPerGib = spread(100, 1500);
  const runSeconds = spread(0.6, 3) * SECONDS_PER_HOUR;
  const bytes = ((cores * runSeconds) / secondsPerGib) * BYTES_PER_GIB;
  const model = modelOf(kind, secondsPerGib, { spread, within });
  const inputBytes = lognormalQuantiles(bytes, within(0.03, 0.25));
  const secondsLeft = Math.round(700 + runSeconds * within(1.15, 2.4));
  const market = marketOf(kind, types, rng);
  const target = [0.9, 0.95, 0.99][Math.floor(rng() * 3)] ?? 0.95;
  return {
    name: `seed-${seed}`,
    kind,
    job: {
      name: `seed-${seed}`,
      task: 'etl',
      release: 'emr-7.9.0',
      capacity: {
        architectures: ['x86_64', 'arm64'],
        families: [],
        gpu: false,
        minMemoryGibPerCore: 1.5,
        diskGibPerNode: 64,
        maxNodes: kind === 'small' ? SMALL_NODES : Math.round(within(60, 200)),
        spot: true,
        zones: [],
      },
      budget: { perRun: { targetUsd: 0, limitUsd: 10_000 } },
      slo: { target, windowDays: 28 },
    },
    secondsLeft,
    inputBytes,
    model,
    market,
    draws: drawsFor(inputBytes, secondsLeft, market, `sizing/${seed}/draws`),
  };
}

interface Draw {
  readonly within: (low: number, high: number) => number;
  readonly spread: (low: number, high: number) => number;
}

function few(offered: readonly OfferedType[], rng: Rng): OfferedType[] {
  const suited = offered.filter(
    ({ type }) => type.vcpus >= 4 && type.vcpus <= 16 && type.memoryMib >= 16_384,
  );
  const left = [...suited];
  return Array.from({ length: SMALL_TYPES }, () => left.splice(Math.floor(rng() * left.length), 1)).flat();
}

function modelOf(kind: Instance['kind'], secondsPerGib: number, { within, spread }: Draw): RuntimeModel {
  const noise = within(0.05, 0.2);
  return {
    version: 'runtime-000000000000',
    description: 'Drawn.',
    task: 'etl',
    runsKnown: 0,
    configurationsKnown: 0,
    coefficients: {
      fixedSeconds: spread(30, 300),
      coreSecondsPerGib: secondsPerGib,
      secondsPerLogCore: within(0, 12),
      secondsPerCore: spread(0.01, 0.3),
      // non-linear: a job whose data should lie in memory, and that pays for what does not
      spillCoreSecondsPerGib: kind === 'non-linear' ? secondsPerGib * within(0.3, 1.2) : 0,
    },
    logResidual: QUANTILE_LEVELS.map((level) => noise * normalQuantile(level)),
    refinement: null,
    parameters: {},
    surface: null,
    doubts: [],
    parallelBusyShare: within(0.75, 0.95),
    utilisationLogOdds: 0,
    utilisationResidual: null,
    peakMemory: null,
    seen: null,
  };
}

function marketOf(kind: Instance['kind'], offered: readonly OfferedType[], rng: Rng): Market {
  const zones = Array.from(
    { length: kind === 'small' ? 1 : 3 + Math.floor(rng() * 4) },
    (_, i) => `us-east-1${'abcdef'[i] ?? 'a'}`,
  );
  const crunch = kind === 'non-linear' ? CRUNCH[0] * (CRUNCH[1] / CRUNCH[0]) ** rng() : 1;
  const quotas = rng() < 0.2;
  const pools = zones.flatMap((zone) => {
    const byFamily = new Map<string, number>();
    return offered.map(({ type, spotSavings, band }): Pool => {
      const family = byFamily.get(type.family) ?? Math.exp(0.18 * normalQuantile(0.001 + 0.998 * rng()));
      byFamily.set(type.family, family);
      const usual = (1 - Math.min(Math.max(spotSavings, 0.1), 0.9)) * family;
      const share = Math.min(usual * Math.exp(0.07 * normalQuantile(0.001 + 0.998 * rng())), 1);
      const spot = type.onDemandUsdPerHour * share;
      const fee = emrFee(type);
      return {
        instanceType: type,
        zone,
        onDemandUsdPerHour: type.onDemandUsdPerHour,
        spotUsdPerHour: spot,
        spotHighUsdPerHour: Math.min(
          spot * (1.02 + 0.4 * rng() ** 2),
          Math.max(spot, type.onDemandUsdPerHour),
        ),
        emrFeeUsdPerHour: fee.usdPerHour,
        emrFeeEstimated: fee.estimated,
        reclaimsPerHour:
          (HAZARD_BY_BAND[band] ?? 0.006) * Math.exp(0.5 * normalQuantile(0.001 + 0.998 * rng())) * crunch,
      };
    });
  });
  return {
    region: 'us-east-1',
    surveyedAt: '2026-01-05T02:00:00.000Z',
    source: 'file',
    newestPriceAt: null,
    vcpuQuotaOnDemand: quotas ? 1000 : null,
    vcpuQuotaSpot: quotas ? 2000 : null,
    pools,
    notes: [],
  };
}

function drawsFor(
  inputBytes: Instance['inputBytes'],
  secondsLeft: number,
  { pools }: Market,
  seed: string,
): Instance['draws'] {
  const { reclaimsOf, ...draws } = drawsOf(inputBytes, DRAWS, seed);
  const mostPerHour = new Map<string, number>();
  for (const { instanceType, reclaimsPerHour } of pools) {
    mostPerHour.set(instanceType.name, Math.max(mostPerHour.get(instanceType.name) ?? 0, reclaimsPerHour));
  }
  const reclaims: Instance['draws']['reclaims'] = {};
  for (const [name, perHour] of mostPerHour) {
    const { scenario, waits, refillSeconds } = reclaimsOf(name);
    const most = (HORIZON * secondsLeft * perHour) / SECONDS_PER_HOUR;
    const count = waits.findIndex((wait) => wait > most);
    const kept = count < 0 ? waits.length : count;
    reclaims[name] = {
      scenario: [...scenario.subarray(0, kept)],
      waits: [...waits.subarray(0, kept)],
      refillSeconds: Array.from(refillSeconds.subarray(0, kept), (each) =>
        Number.isFinite(each) ? each : null,
      ),
    };
  }
  return {
    inputBytes: [...draws.inputBytes],
    residualLevel: [...draws.residualLevel],
    startupFactor: [...draws.startupFactor],
    priceRise: [...draws.priceRise],
    reclaims,
  };
}
