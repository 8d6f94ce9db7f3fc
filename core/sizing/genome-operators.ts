import type { Rng } from '../numerics/rng.ts';
import type { Arena } from './arenas.ts';
import { leaningIndex, randomTask, type FleetGenome, type GenomeBounds } from './fleet-genome.ts';

/** Takes each part from either parent; type indices travel only within one arena, else the whole arena does. */
export function crossGenomes(one: FleetGenome, other: FleetGenome, rng: Rng): FleetGenome {
  const either = () => rng() < 0.5;
  const coreNodes = either() ? one.coreNodes : other.coreNodes;
  if (one.arena !== other.arena) return { ...(either() ? one : other), coreNodes };
  const coreParent = either() ? one : other;
  const taskParent = either() ? one : other;
  return {
    arena: one.arena,
    core: coreParent.core,
    coreNodes,
    task: taskParent.task,
    taskSpotNodes: (either() ? one : other).taskSpotNodes,
    taskOnDemandNodes: (either() ? one : other).taskOnDemandNodes,
  };
}

/** One change, small more often than large. */
export function mutateGenome(genome: FleetGenome, bounds: GenomeBounds, rng: Rng): FleetGenome {
  const place = bounds.arenas[genome.arena];
  if (place === undefined) return genome;
  const kind = rng();
  if (kind < 0.22) return { ...genome, coreNodes: changedCount(genome.coreNodes, rng) };
  if (kind < 0.44) return { ...genome, taskSpotNodes: changedCount(genome.taskSpotNodes, rng) };
  if (kind < 0.52) return { ...genome, taskOnDemandNodes: changedCount(genome.taskOnDemandNodes, rng) };
  if (kind < 0.67) return { ...genome, core: leaningIndex(place.pools.length, rng) };
  if (kind < 0.8) return { ...genome, task: changedTypes(genome.task, place, rng) };
  if (kind < 0.9) return withOtherTask(genome, place, rng);
  return inOtherArena(genome, bounds, rng);
}

function changedCount(count: number, rng: Rng): number {
  if (rng() < 0.6) return count + (rng() < 0.5 ? -1 : 1);
  return Math.round(count * Math.exp((rng() - 0.5) * 1.4)) + (count === 0 ? 1 : 0);
}

/** One type more, or one less. */
function changedTypes(task: readonly number[], place: Arena, rng: Rng): readonly number[] {
  const group = place.spotGroups.find((indices) => indices.includes(task[0] ?? -1));
  if (group === undefined) return randomTask(place, rng);
  if (task.length > 1 && rng() < 0.5) {
    const dropped = Math.floor(rng() * task.length);
    return task.filter((_, i) => i !== dropped);
  }
  return [...task, group[leaningIndex(group.length, rng)] ?? task[0] ?? 0];
}

/** Other task types of about the same capacity. */
function withOtherTask(genome: FleetGenome, place: Arena, rng: Rng): FleetGenome {
  const task = randomTask(place, rng);
  const before = place.pools[genome.task[0] ?? -1]?.instanceType.vcpus ?? 0;
  const after = place.pools[task[0] ?? -1]?.instanceType.vcpus ?? 0;
  const factor = before > 0 && after > 0 ? before / after : 1;
  return {
    ...genome,
    task,
    taskSpotNodes: Math.max(1, Math.round(genome.taskSpotNodes * factor)),
    taskOnDemandNodes: Math.round(genome.taskOnDemandNodes * factor),
  };
}

function inOtherArena(genome: FleetGenome, bounds: GenomeBounds, rng: Rng): FleetGenome {
  return movedTo(genome, Math.floor(rng() * bounds.arenas.length), bounds) ?? genome;
}

/** The same types elsewhere, as far as they are offered there. */
export function movedTo(genome: FleetGenome, arena: number, bounds: GenomeBounds): FleetGenome | undefined {
  const from = bounds.arenas[genome.arena];
  const to = bounds.arenas[arena];
  if (from === undefined || to === undefined) return undefined;
  const sameType = (i: number) => {
    const name = from.pools[i]?.instanceType.name;
    const found = to.pools.findIndex((pool) => pool.instanceType.name === name);
    return found >= 0 ? found : Math.min(i, to.pools.length - 1);
  };
  return { ...genome, arena, core: sameType(genome.core), task: genome.task.map(sameType) };
}
