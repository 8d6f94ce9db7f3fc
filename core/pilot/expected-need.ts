import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Job } from '../contracts/job.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { predictRuntime, type ClusterShape, type RuntimeModel } from '../runtime-model/runtime-model.ts';
import { medianStartupSeconds } from '../sizing/cluster-times.ts';
import { MIB_PER_GIB, SECONDS_PER_HOUR } from '../units.ts';

/** How long a run takes from the request for its cluster on. */
export interface Need {
  readonly startupSeconds: number;
  /** first step's start to last step's end */
  readonly runtimeSeconds: Quantiles;
}

/** A node as fleets mostly have them, and about what a vCPU costs on spot with its EMR fee. */
const TYPICAL_NODE_CORES = 16;
const USD_PER_CORE_HOUR = 0.05;

export function needOfPlan({ forecast }: FleetPlan): Need {
  return forecast;
}

/**
 * What a run needs before there is a plan: on the fastest fleet within the job's nodes and its limit, as its runtime
 * model has it. Heavy loads and slow runs are taken to come together, so this is wider than the truth.
 *
 * @param inputBytes  the forecast load
 */
export function expectedNeed(
  job: Pick<Job, 'capacity' | 'budget'>,
  model: RuntimeModel,
  inputBytes: Quantiles,
): Need {
  const { maxNodes, minMemoryGibPerCore, gpu } = job.capacity;
  const shapeOf = (nodes: number, bytes: number): ClusterShape => {
    const cores = nodes * TYPICAL_NODE_CORES;
    const memoryMib = cores * Math.max(minMemoryGibPerCore, 4) * MIB_PER_GIB;
    return { inputBytes: bytes, cores, nodes, memoryMib, coreSpeed: 1 };
  };
  let fastest = { nodes: 1, seconds: Number.POSITIVE_INFINITY };
  for (let nodes = 1; nodes <= maxNodes; nodes = Math.max(nodes + 1, Math.floor(nodes * 1.5))) {
    const { medianSeconds: seconds } = predictRuntime(model, shapeOf(nodes, medianOf(inputBytes)));
    const hours = (seconds + medianStartupSeconds(nodes, gpu)) / SECONDS_PER_HOUR;
    const affordable = nodes * TYPICAL_NODE_CORES * hours * USD_PER_CORE_HOUR <= job.budget.perRun.limitUsd;
    if (seconds < fastest.seconds && (affordable || nodes === 1)) fastest = { nodes, seconds };
  }
  return {
    startupSeconds: medianStartupSeconds(fastest.nodes, gpu),
    runtimeSeconds: inputBytes.map((bytes, level) => {
      const { medianSeconds, logResidual } = predictRuntime(model, shapeOf(fastest.nodes, bytes));
      return medianSeconds * Math.exp(logResidual[level] ?? 0);
    }),
  };
}
