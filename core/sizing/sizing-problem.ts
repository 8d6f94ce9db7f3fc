import type { Evaluation } from '../numerics/nsga2/domination.ts';
import type { LayoutRules } from '../executors/layout-rules.ts';
import type { RuntimeModel } from '../runtime-model/runtime-model.ts';
import { SECONDS_PER_MINUTE } from '../units.ts';
import type { Arena } from './arenas.ts';
import { ArenaTables } from './evaluate/arena-tables.ts';
import { FleetSums } from './evaluate/fleet-sums.ts';
import { judge, type Judgement } from './evaluate/judge.ts';
import { genomeKey, type FleetGenome } from './fleet-genome.ts';
import type { Scenarios } from './scenarios.ts';

/** Task-busy ÷ available core-seconds a good plan has. */
export const UTILISATION_BAND = { low: 0.7, high: 0.85 } as const;
/** A spot pool with more than this share of the capacity costs points: one reclaim would halve the fleet. */
export const MAX_POOL_SHARE = 0.5;

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

/** A fleet and how it does. */
export interface Candidate extends Evaluation {
  readonly genome: FleetGenome;
  readonly judgement: Judgement;
  /** within quotas and limit, however late, and with room for an executor beside the driver */
  readonly affordable: boolean;
  readonly withinQuota: boolean;
  /** its core nodes hold the driver and an executor that is not stunted by it */
  readonly holdsDriver: boolean;
  /** how far the largest spot pool's share of the capacity passes what is prudent; 0 when none does */
  readonly concentration: number;
}

/** How far the utilisation lies outside its band; 0 inside. */
export function distanceFromBand(utilisation: number): number {
  return Math.max(UTILISATION_BAND.low - utilisation, utilisation - UTILISATION_BAND.high, 0);
}

function concentrationOf({ poolCount, shares }: FleetSums): number {
  let most = 0;
  for (let k = 0; k < poolCount; k += 1) most = Math.max(most, (shares[k] ?? 0) - MAX_POOL_SHARE);
  return most;
}

/** How far pools that are only tried again hold more of the capacity than they may; 0 when none does. */
function trialExcess({ poolCount, shares, pools }: FleetSums): number {
  let excess = 0;
  for (let k = 0; k < poolCount; k += 1) {
    excess += Math.max(0, (shares[k] ?? 0) - (pools[k]?.spotShareMost ?? 1));
  }
  return excess;
}

function quotaExcess({ onDemandVcpus, spotVcpus }: FleetSums, problem: SizingProblem): number {
  return excess(onDemandVcpus, problem.vcpuQuotaOnDemand) + excess(spotVcpus, problem.vcpuQuotaSpot);
}

function excess(used: number, quota: number | null): number {
  return quota === null || used <= quota ? 0 : (used - quota) / Math.max(quota, 1);
}

/** Judges each fleet of a problem once, and remembers all of them. */
export class CandidateBook {
  private readonly problem: SizingProblem;
  private readonly tables: readonly ArenaTables[];
  private readonly sums = new FleetSums();
  private readonly known = new Map<string, Candidate>();

  /** @param tables  of the problem's arenas, where another book has made them already */
  constructor(problem: SizingProblem, tables?: readonly ArenaTables[]) {
    this.problem = problem;
    this.tables = tables ?? problem.arenas.map((arena) => new ArenaTables(arena, problem));
  }

  get all(): Candidate[] {
    return [...this.known.values()];
  }

  get size(): number {
    return this.known.size;
  }

  /** A book over other scenarios or limits, whose arenas are the same. */
  for(problem: SizingProblem): CandidateBook {
    return new CandidateBook(problem, this.tables);
  }

  /** @throws RangeError  for a genome that was not repaired */
  judge(genome: FleetGenome): Candidate {
    const key = genomeKey(genome);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const tables = this.tables[genome.arena];
    if (tables === undefined) throw new RangeError(`fleet ${key} lies outside the arenas: repair it first`);
    tables.addUp(genome, this.sums);
    const candidate = candidateOf(genome, this.sums, this.problem);
    this.known.set(key, candidate);
    return candidate;
  }
}

function candidateOf(genome: FleetGenome, sums: FleetSums, problem: SizingProblem): Candidate {
  const judgement = judge(sums, problem.scenarios, problem.model, problem.secondsLeft);
  const quota = quotaExcess(sums, problem);
  const overLimit = Math.max(judgement.costHighUsd, judgement.costUsd) / problem.limitUsd - 1;
  const late = judgement.lateProbability - problem.allowedLate;
  const lateness = judgement.meanLatenessSeconds / Math.max(problem.secondsLeft, SECONDS_PER_MINUTE);
  // what no plan may break weighs more than lateness, so that the search mends it first
  const unfit = (sums.holdsDriver ? 0 : 1) + quota + Math.max(overLimit, 0) + trialExcess(sums);
  const concentration = concentrationOf(sums);
  return {
    genome,
    judgement,
    withinQuota: quota === 0,
    holdsDriver: sums.holdsDriver,
    affordable: sums.holdsDriver && quota === 0 && overLimit <= 0,
    concentration,
    violation: 10 * unfit + (late > 0 ? late + lateness : 0),
    objectives: [
      judgement.costUsd,
      judgement.lateProbability + lateness,
      distanceFromBand(judgement.utilisation) + concentration,
    ],
  };
}
