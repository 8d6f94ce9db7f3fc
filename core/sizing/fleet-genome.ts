import type { Rng } from '../numerics/rng.ts';
import type { Arena } from './arenas.ts';

/**
 * A fleet as the search changes it. Core nodes are always on demand: they hold HDFS, shuffle data and the
 * driver. All types of the task fleet have the same vCPU count, so that EMR's weights never overshoot.
 */
export interface FleetGenome {
  /** index into the arenas */
  readonly arena: number;
  /** index into the arena's pools */
  readonly core: number;
  readonly coreNodes: number;
  /** indices into the arena's pools, ascending, of one vCPU count; empty without a task fleet */
  readonly task: readonly number[];
  readonly taskSpotNodes: number;
  readonly taskOnDemandNodes: number;
}

/** More types make a fleet safer against one pool's reclaim; beyond five little is gained. */
const MAX_TASK_TYPES = 5;
/** Core nodes keep at least a tenth of the capacity: losing every spot node must not lose the run. */
export const MAX_TASK_CORES_PER_CORE_CORE = 9;

export interface GenomeBounds {
  readonly arenas: readonly Arena[];
  readonly maxNodes: number;
}

/** One text per distinct fleet. */
export function genomeKey(genome: FleetGenome): string {
  return `${genome.arena}/${genome.core}x${genome.coreNodes}/${genome.task.join('+')}x${genome.taskSpotNodes}x${genome.taskOnDemandNodes}`;
}

/** Brings a fleet back within its bounds: node counts, types of one size that can be bought as asked. */
export function repairGenome(raw: FleetGenome, { arenas, maxNodes }: GenomeBounds): FleetGenome {
  const arena = Math.min(Math.max(raw.arena, 0), arenas.length - 1);
  const place = arenas[arena];
  const pools = place?.pools ?? [];
  const core = Math.min(Math.max(raw.core, 0), pools.length - 1);
  const coreNodes = Math.min(Math.max(Math.round(raw.coreNodes), 1), maxNodes);
  const first = raw.task[0];
  const taskVcpus = first === undefined || place === undefined ? 0 : spotVcpusOf(place, first);
  if (taskVcpus === 0 || place === undefined) {
    return { arena, core, coreNodes, task: [], taskSpotNodes: 0, taskOnDemandNodes: 0 };
  }
  const coreCores = (pools[core]?.instanceType.vcpus ?? 0) * coreNodes;
  const room = Math.min(
    maxNodes - coreNodes,
    Math.floor((coreCores * MAX_TASK_CORES_PER_CORE_CORE) / taskVcpus),
  );
  const taskOnDemandNodes = Math.min(Math.max(Math.round(raw.taskOnDemandNodes), 0), room);
  const taskSpotNodes = Math.min(Math.max(Math.round(raw.taskSpotNodes), 0), room - taskOnDemandNodes);
  // more types than nodes would be counted in the fleet's means and never be bought
  const most = Math.min(taskSpotNodes > 0 ? taskSpotNodes : taskOnDemandNodes, MAX_TASK_TYPES);
  const task = taskTypesOf(raw.task, place, taskVcpus, most);
  return { arena, core, coreNodes, task, taskSpotNodes, taskOnDemandNodes };
}

/** vCPUs of a pool that sells on spot; 0 for any other, and where the job takes no spot. */
function spotVcpusOf({ pools, spotGroups }: Arena, index: number): number {
  const pool = pools[index];
  if (pool === undefined || pool.spotUsdPerHour === null || spotGroups.length === 0) return 0;
  return pool.instanceType.vcpus;
}

function taskTypesOf(task: readonly number[], place: Arena, vcpus: number, most: number): number[] {
  const kept: number[] = [];
  for (const i of task) {
    if (kept.length >= most) break;
    if (!kept.includes(i) && spotVcpusOf(place, i) === vcpus) kept.push(i);
  }
  return kept.sort((a, b) => a - b);
}

/** A fleet at random, leaning towards cheap types. */
export function randomGenome(bounds: GenomeBounds, rng: Rng): FleetGenome {
  const arena = Math.floor(rng() * bounds.arenas.length);
  const place = bounds.arenas[arena];
  return {
    arena,
    core: leaningIndex(place?.pools.length ?? 1, rng),
    coreNodes: randomCount(bounds.maxNodes, rng),
    task: place === undefined ? [] : randomTask(place, rng),
    taskSpotNodes: randomCount(bounds.maxNodes, rng),
    taskOnDemandNodes: rng() < 0.8 ? 0 : randomCount(bounds.maxNodes, rng),
  };
}

export function randomTask(place: Arena, rng: Rng): number[] {
  const group = place.spotGroups[Math.floor(rng() * place.spotGroups.length)];
  if (group === undefined || rng() < 0.2) return [];
  const wanted = 1 + Math.floor(rng() * MAX_TASK_TYPES);
  return Array.from({ length: wanted }, () => group[leaningIndex(group.length, rng)] ?? 0);
}

/** Low indices more often: lists are sorted by price. */
export function leaningIndex(length: number, rng: Rng): number {
  return Math.floor(rng() ** 2 * length);
}

/** 1..most, with small counts as likely as large ones by order of magnitude. */
function randomCount(most: number, rng: Rng): number {
  return Math.max(1, Math.round(Math.exp(rng() * Math.log(most))));
}
