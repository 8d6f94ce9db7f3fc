import type { ClusterShape } from '../runtime-model/cluster-shape.ts';
import type { RuntimeModel } from '../runtime-model/model.ts';
import { predictRuntime } from '../runtime-model/predict-runtime.ts';
import { coefficientsAround } from '../runtime-model/prior-around.ts';
import { TASK_PRIORS, type NamedPrior } from '../runtime-model/task-priors.ts';
import { BYTES_PER_GIB, MIB_PER_GIB } from '../units.ts';
import { percentText } from '../units-text.ts';
import type { WorkloadDescription } from './description.ts';
import type { NearWorkload } from './nearest-workloads.ts';
import { passesOf } from './work-passes.ts';

/** A workload of which a runtime model is known. */
export interface KnownWorkload {
  readonly description: WorkloadDescription;
  readonly model: RuntimeModel;
}

/** More kin than this say no more. */
export const KIN_MAX = 3;
/** Jobs of the same description differ by about this, log; of a lesser likeness by more. */
const SPREAD_OF_KIN = 0.5;
const SPREAD_OF_UNLIKENESS = 1;
/** Where nothing says what a usual run reads and runs on. */
const USUAL_GIB = 100;
const USUAL_CORES = 64;
const USUAL_MIB_PER_CORE = 4 * MIB_PER_GIB;
const CORES_PER_NODE = 8;

/**
 * What to expect of a job that never ran: what the described workloads nearest to it take, in the geometric mean by
 * likeness, for its own load; parameters that multiply the work are taken into account.
 *
 * @param near  with a model each; the first few count
 * @returns null without any
 */
export function priorOfKin(
  description: WorkloadDescription,
  near: readonly NearWorkload<KnownWorkload>[],
): NamedPrior | null {
  const kin = near.slice(0, KIN_MAX);
  if (kin.length === 0) return null;
  const usual = usualShape(description);
  const ofKind = TASK_PRIORS[description.task];
  const logsOn = (shape: ClusterShape) =>
    kin.map(({ known, similarity }) => ({
      weight: similarity.share ** 2,
      log: Math.log(
        predictRuntime(known.model, shape).medianSeconds * passesRatio(description, known.description),
      ),
    }));
  const logs = logsOn(usual);
  const between = Math.sqrt(
    weightedMean(logs.map(({ weight, log }) => ({ weight, log: (log - weightedMean(logs)) ** 2 }))),
  );
  const unlike = 1 - Math.max(...kin.map(({ similarity }) => similarity.share));
  const spread = Math.hypot(SPREAD_OF_KIN, between, SPREAD_OF_UNLIKENESS * unlike);
  return {
    prior: {
      coefficients: coefficientsAround(
        usual,
        (shape) => Math.exp(weightedMean(logsOn(shape))),
        ofKind.coefficients,
      ),
      logSpread: Math.min(spread, ofKind.logSpread),
    },
    remark: `what the nearest described ${kin.length === 1 ? 'workload takes' : 'workloads take'} (${kin.map(kinText).join('; ')})`,
  };
}

/** e.g. `orders-nightly, 86 % alike: same task (etl), 1.2 times the input` */
function kinText({ known, similarity }: NearWorkload<KnownWorkload>): string {
  const { job } = known.description;
  return `${job}, ${percentText(similarity.share)} alike: ${similarity.matched.join(', ')}`;
}

function usualShape({ inputGib }: WorkloadDescription): ClusterShape {
  return {
    inputBytes: (inputGib ?? USUAL_GIB) * BYTES_PER_GIB,
    cores: USUAL_CORES,
    nodes: USUAL_CORES / CORES_PER_NODE,
    memoryMib: USUAL_CORES * USUAL_MIB_PER_CORE,
    coreSpeed: 1,
  };
}

/** How many times the other's work this one's parameters ask for; 1 where only one of them tells. */
function passesRatio(one: WorkloadDescription, other: WorkloadDescription): number {
  const [own, others] = [passesOf(one), passesOf(other)];
  return own === null || others === null ? 1 : own / others;
}

function weightedMean(values: readonly { weight: number; log: number }[]): number {
  const weight = values.reduce((sum, value) => sum + value.weight, 0);
  return values.reduce((sum, value) => sum + value.weight * value.log, 0) / weight;
}
