import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { ServerlessRates } from '../contracts/market.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { MIB_PER_GIB, SECONDS_PER_HOUR } from '../units.ts';
import { MINIMUM_BILLED_SECONDS } from './billing-rates.ts';

const ARM_SHARE = 0.8;

/**
 * EMR Serverless in us-east-1, where no price list is at hand.
 *
 * Facts: Amazon EMR's pricing page as public repositories quote it; compared with each other on 2026-12-01. Arm
 * workers cost four fifths of x86 ones in the price list of ap-southeast-1; the same is taken here.
 */
export const USUAL_SERVERLESS_RATES: ServerlessRates = {
  x86_64: { usdPerVcpuHour: 0.052624, usdPerGibHour: 0.0057785 },
  arm64: { usdPerVcpuHour: 0.052624 * ARM_SHARE, usdPerGibHour: 0.0057785 * ARM_SHARE },
  usdPerStorageGibHour: 0.000111,
};

/** Each worker has so much storage without charge. */
const FREE_STORAGE_GIB = 20;

interface ServerlessUse {
  readonly architecture: keyof Omit<ServerlessRates, 'usdPerStorageGibHour'>;
  /** workers that stand for the whole run: executors and the driver */
  readonly workers: number;
  readonly vcpusPerWorker: number;
  readonly memoryGibPerWorker: number;
  readonly storageGibPerWorker: number;
  readonly seconds: number;
}

interface ServerlessCost {
  readonly totalUsd: number;
  readonly computeUsd: number;
  readonly memoryUsd: number;
  readonly storageUsd: number;
}

/**
 * What workers of EMR Serverless cost: by the second from their start to their end, a minute at least, for vCPUs, for
 * memory, and for storage beyond 20 GiB each.
 *
 * @see aws.amazon.com/emr/pricing, Amazon EMR Serverless
 */
export function serverlessCost(use: ServerlessUse, rates: ServerlessRates): ServerlessCost {
  const workerHours = (use.workers * Math.max(use.seconds, MINIMUM_BILLED_SECONDS)) / SECONDS_PER_HOUR;
  const { usdPerVcpuHour, usdPerGibHour } = rates[use.architecture];
  const computeUsd = workerHours * use.vcpusPerWorker * usdPerVcpuHour;
  const memoryUsd = workerHours * use.memoryGibPerWorker * usdPerGibHour;
  const paidStorageGib = Math.max(use.storageGibPerWorker - FREE_STORAGE_GIB, 0);
  const storageUsd = workerHours * paidStorageGib * rates.usdPerStorageGibHour;
  return { totalUsd: computeUsd + memoryUsd + storageUsd, computeUsd, memoryUsd, storageUsd };
}

/** Sizes that workers come in: vCPUs, and GiB at most. Source: EMR Serverless user guide, worker configurations. */
const WORKERS = [
  { vcpus: 1, mostGib: 8 },
  { vcpus: 2, mostGib: 16 },
  { vcpus: 4, mostGib: 30 },
  { vcpus: 8, mostGib: 60 },
  { vcpus: 16, mostGib: 120 },
] as const;
const LEAST_GIB_PER_VCPU = 2;

/**
 * What the run of a plan would cost on EMR Serverless, were it to take as long there: workers for as many executors as the
 * planned nodes have vCPUs for, and one for the driver, for the median runtime. Start-up is not billed there, and how
 * long a run takes there is not predicted.
 *
 * @returns undefined when an executor fits no worker
 */
export function serverlessCostOf(
  plan: Pick<FleetPlan, 'fleets' | 'executor' | 'architecture' | 'ebsGib' | 'forecast'>,
  rates: ServerlessRates,
): ServerlessCost | undefined {
  const { cores, memoryMib, memoryOverheadMib } = plan.executor;
  const gib = Math.ceil((memoryMib + memoryOverheadMib) / MIB_PER_GIB);
  const worker = WORKERS.find(({ vcpus, mostGib }) => vcpus >= cores && mostGib >= gib);
  if (worker === undefined) return undefined;
  const vcpus = plan.fleets
    .filter(({ role }) => role !== 'primary')
    .reduce((sum, { onDemandUnits, spotUnits }) => sum + onDemandUnits + spotUnits, 0);
  const executors = Math.max(Math.round(vcpus / cores), 1);
  return serverlessCost(
    {
      architecture: plan.architecture,
      workers: executors + 1,
      vcpusPerWorker: worker.vcpus,
      memoryGibPerWorker: Math.max(gib, LEAST_GIB_PER_VCPU * worker.vcpus),
      storageGibPerWorker: FREE_STORAGE_GIB,
      seconds: medianOf(plan.forecast.runtimeSeconds),
    },
    rates,
  );
}
