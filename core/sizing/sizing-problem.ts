import type { Evaluation } from '../numerics/nsga2/domination.ts';
import type { LayoutRules } from '../executors/layout-rules.ts';
import type { RuntimeModel } from '../runtime-model/runtime-model.ts';
import { SECONDS_PER_MINUTE } from '../units.ts';
import type { Arena } from './arenas.ts';
import { designOf, type FleetDesign } from './fleet-design.ts';
import { genomeKey, type FleetGenome } from './fleet-genome.ts';
import { judgeDesign, type Judgement } from './judge-design.ts';
import type { Scenarios } from './scenarios.ts';

/** Task-busy ÷ available core-seconds a good plan has. */
export const UTILISATION_BAND = { low: 0.7, high: 0.85 } as const;
/** A spot pool with more than this share of the capacity costs points: one reclaim would halve the fleet. */
const MAX_POOL_SHARE = 0.5;

/** Everything that fleets of one run are judged by. */
export interface SizingProblem {
  readonly arenas: readonly Arena[];
  readonly model: RuntimeModel;
  readonly scenarios: Scenarios;
  /** from now to the deadline; negative once it has passed, as for a run that is tried again */
  readonly secondsLeft: number;
  /** 1 − SLO target */
  readonly allowedLate: number;
  /** neither the expected cost nor its 95th percentile may pass it */
  readonly limitUsd: number;
  /** what earlier attempts of the run took of the job's limit already */
  readonly spentUsd: number;
  readonly maxNodes: number;
  readonly diskGibPerNode: number;
  readonly layout: LayoutRules;
  readonly vcpuQuotaOnDemand: number | null;
  readonly vcpuQuotaSpot: number | null;
}

/** A fleet, its figures and how it does. */
export interface Candidate extends Evaluation {
  readonly genome: FleetGenome;
  readonly design: FleetDesign;
  readonly judgement: Judgement;
  /** within quotas and limit, however late, and with room for an executor beside the driver */
  readonly affordable: boolean;
  readonly withinQuota: boolean;
  /** its core nodes hold the driver and an executor that is not stunted by it */
  readonly holdsDriver: boolean;
}

/** How far the utilisation lies outside its band; 0 inside. */
export function distanceFromBand(utilisation: number): number {
  return Math.max(UTILISATION_BAND.low - utilisation, utilisation - UTILISATION_BAND.high, 0);
}

/** How far the largest spot pool's share of the capacity passes what is prudent; 0 when none does. */
export function concentrationOf({ spotShares }: Pick<FleetDesign, 'spotShares'>): number {
  return Math.max(0, ...spotShares.map((share) => share - MAX_POOL_SHARE));
}

/** How far pools that are only tried again hold more of the capacity than they may; 0 when none does. */
function trialExcess({ spotShares, task }: Pick<FleetDesign, 'spotShares' | 'task'>): number {
  return spotShares.reduce((sum, share, k) => sum + Math.max(0, share - (task[k]?.spotShareMost ?? 1)), 0);
}

/** Judges a genome; undefined when it points outside the problem's arenas. */
export function candidateOf(genome: FleetGenome, problem: SizingProblem): Candidate | undefined {
  const design = designOf(genome, problem.arenas, problem);
  if (design === undefined) return undefined;
  const judgement = judgeDesign(design, problem.scenarios, problem.model, problem.secondsLeft);
  const holdsDriver = !design.executors.starved && design.executors.coreFleetCores > 0;
  const quota = quotaExcess(design, problem);
  const overLimit = Math.max(judgement.costHighUsd, judgement.costUsd) / problem.limitUsd - 1;
  const late = judgement.lateProbability - problem.allowedLate;
  const lateness = judgement.meanLatenessSeconds / Math.max(problem.secondsLeft, SECONDS_PER_MINUTE);
  // what no plan may break weighs more than lateness, so that the search mends it first
  const unfit = (holdsDriver ? 0 : 1) + quota + Math.max(overLimit, 0) + trialExcess(design);
  const violation = 10 * unfit + (late > 0 ? late + lateness : 0);
  return {
    genome,
    design,
    judgement,
    withinQuota: quota === 0,
    holdsDriver,
    affordable: holdsDriver && quota === 0 && overLimit <= 0,
    violation,
    objectives: [
      judgement.costUsd,
      judgement.lateProbability + lateness,
      distanceFromBand(judgement.utilisation) + concentrationOf(design),
    ],
  };
}

/** What a fleet takes of the account's quotas, primary included. */
export function vcpusOf(design: FleetDesign): { onDemand: number; spot: number } {
  const taskVcpus = design.task[0]?.instanceType.vcpus ?? 0;
  return {
    onDemand:
      design.primary.instanceType.vcpus +
      design.coreNodes * design.core.instanceType.vcpus +
      design.taskOnDemandNodes * taskVcpus,
    spot: design.taskSpotNodes * taskVcpus,
  };
}

function quotaExcess(design: FleetDesign, problem: SizingProblem): number {
  const { onDemand, spot } = vcpusOf(design);
  const excess = (used: number, quota: number | null) =>
    quota === null || used <= quota ? 0 : (used - quota) / Math.max(quota, 1);
  return excess(onDemand, problem.vcpuQuotaOnDemand) + excess(spot, problem.vcpuQuotaSpot);
}

/** Judges each fleet once, and remembers all of them. */
export class CandidateBook {
  private readonly problem: SizingProblem;
  private readonly known = new Map<string, Candidate>();

  constructor(problem: SizingProblem) {
    this.problem = problem;
  }

  get all(): readonly Candidate[] {
    return [...this.known.values()];
  }

  /** @throws RangeError  for a genome that was not repaired */
  judge(genome: FleetGenome): Candidate {
    const key = genomeKey(genome);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const candidate = candidateOf(genome, this.problem);
    if (candidate === undefined)
      throw new RangeError(`fleet ${key} lies outside the arenas: repair it first`);
    this.known.set(key, candidate);
    return candidate;
  }
}
