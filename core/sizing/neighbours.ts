import type { Arena } from './arenas.ts';
import { repairGenome, type FleetGenome, type GenomeBounds } from './fleet-genome.ts';
import { movedTo } from './genome-operators.ts';

/** Near: counts, and types of the fleet's own kind. Far: any core type, other node sizes, other places. */
export type Reach = 'near' | 'far';

/** Of a node size, so many of the cheapest types are tried beside those of the fleet, and in their place. */
const TYPES_TRIED = 10;
const TYPES_OF_OTHER_SIZES = 4;

/** Fleets one step away, within bounds: what a climb looks at. */
export function neighboursOf(genome: FleetGenome, bounds: GenomeBounds, reach: Reach): FleetGenome[] {
  const place = bounds.arenas[genome.arena];
  if (place === undefined) return [];
  const steps =
    reach === 'near'
      ? [...otherCounts(genome), ...otherTypes(genome, place)]
      : [...otherCores(genome, place), ...otherSizes(genome, place), ...otherArenas(genome, bounds)];
  return steps.map((step) => repairGenome(step, bounds));
}

/** Core, spot and on-demand task nodes more or less, also one for another. */
const COUNT_STEPS = [
  ...[-4, -2, -1, 1, 2, 4].flatMap((by) => [
    [by, 0, 0],
    [0, by, 0],
    [0, 0, by],
  ]),
  ...[-1, 1].flatMap((by) => [
    [by, -by, 0],
    [by, -2 * by, 0],
    [by, -3 * by, 0],
    [2 * by, -by, 0],
    [0, by, -by],
    [by, 0, -by],
  ]),
] as const;

function otherCounts(genome: FleetGenome): FleetGenome[] {
  const { coreNodes, taskSpotNodes, taskOnDemandNodes } = genome;
  return COUNT_STEPS.map(([core = 0, spot = 0, onDemand = 0]) => ({
    ...genome,
    coreNodes: coreNodes + core,
    taskSpotNodes: taskSpotNodes + spot,
    taskOnDemandNodes: taskOnDemandNodes + onDemand,
  }));
}

/** One task type less, more, or another; none. */
function otherTypes(genome: FleetGenome, place: Arena): FleetGenome[] {
  const { task } = genome;
  if (task.length === 0) return [];
  const tried = groupOf(place, task[0] ?? -1).slice(0, TYPES_TRIED);
  return [
    { ...genome, task: [], taskSpotNodes: 0, taskOnDemandNodes: 0 },
    ...task.map((_, k) => ({ ...genome, task: task.filter((__, other) => other !== k) })),
    ...tried.map((i) => ({ ...genome, task: [...task, i] })),
    ...task.flatMap((_, k) =>
      tried.map((i) => ({ ...genome, task: task.map((each, other) => (other === k ? i : each)) })),
    ),
  ];
}

/** Every other core type, with as many nodes, and with nodes for about as many vCPUs. */
function otherCores(genome: FleetGenome, place: Arena): FleetGenome[] {
  const vcpus = genome.coreNodes * vcpusOf(place, genome.core);
  return place.pools.flatMap((pool, core) => {
    if (core === genome.core) return [];
    const exact = vcpus / pool.instanceType.vcpus;
    return [...new Set([genome.coreNodes, Math.floor(exact), Math.ceil(exact)])]
      .filter((coreNodes) => coreNodes > 0)
      .map((coreNodes) => ({ ...genome, core, coreNodes }));
  });
}

/** Task nodes of every size for about as many vCPUs (of a fleet without them: for as many as its core's). */
function otherSizes(genome: FleetGenome, place: Arena): FleetGenome[] {
  const own = genome.task[0];
  const spotVcpus =
    own === undefined
      ? genome.coreNodes * vcpusOf(place, genome.core)
      : (genome.taskSpotNodes + genome.taskOnDemandNodes) * vcpusOf(place, own);
  return place.spotGroups.flatMap((group) => {
    const exact = spotVcpus / Math.max(vcpusOf(place, group[0] ?? -1), 1);
    return Array.from({ length: TYPES_OF_OTHER_SIZES }, (_, k) => group.slice(0, k + 1)).flatMap((task) =>
      [...new Set([Math.floor(exact), Math.ceil(exact)])].flatMap((taskSpotNodes) => [
        { ...genome, task, taskSpotNodes: Math.max(taskSpotNodes, 1), taskOnDemandNodes: 0 },
        ...(own === undefined ? [{ ...withHalfTheCore(genome), task, taskSpotNodes }] : []),
      ]),
    );
  });
}

function withHalfTheCore(genome: FleetGenome): FleetGenome {
  return { ...genome, coreNodes: Math.max(1, Math.round(genome.coreNodes / 2)), taskOnDemandNodes: 0 };
}

function otherArenas(genome: FleetGenome, bounds: GenomeBounds): FleetGenome[] {
  return bounds.arenas.flatMap((_, arena) => {
    const there = arena === genome.arena ? undefined : movedTo(genome, arena, bounds);
    return there === undefined ? [] : [there];
  });
}

function groupOf(place: Arena, index: number): readonly number[] {
  const vcpus = vcpusOf(place, index);
  return place.spotGroups.find((group) => vcpusOf(place, group[0] ?? -1) === vcpus) ?? [];
}

function vcpusOf(place: Arena, index: number): number {
  return place.pools[index]?.instanceType.vcpus ?? 0;
}
