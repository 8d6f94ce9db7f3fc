import type { Arena } from '../../core/sizing/arenas.ts';
import { repairGenome, type FleetGenome, type GenomeBounds } from '../../core/sizing/fleet-genome.ts';

/** Spot types per seeded task fleet. */
const SEEDED_TASK_TYPES = 3;
/** Core types tried per arena. */
const SEEDED_CORE_TYPES = 2;
/** Spot sizes tried per arena. */
const SEEDED_SPOT_GROUPS = 2;

/** Node counts that grow by about a third: close enough for a search to go on from. */
function ladder(most: number): number[] {
  const counts: number[] = [];
  for (let count = 1; count < most; count = Math.max(count + 1, Math.round(count * 1.35))) counts.push(count);
  return [...counts, most];
}

/**
 * Greedy fleets: in every arena the cheapest types on demand at every scale, and the cheapest spot
 * types on a small on-demand core at every scale.
 */
export function greedyFleets(bounds: GenomeBounds): FleetGenome[] {
  return bounds.arenas
    .flatMap((place, arena) => [...onDemandSeeds(place, arena, bounds), ...spotSeeds(place, arena, bounds)])
    .map((genome) => repairGenome(genome, bounds));
}

/** Core types: the cheapest by work of at most 16 vCPUs, one per family. */
function coreTypes(place: Arena): number[] {
  const seen = new Set<string>();
  const chosen: number[] = [];
  place.pools.forEach((pool, i) => {
    const { family, vcpus } = pool.instanceType;
    if (vcpus > 16 || seen.has(family) || chosen.length >= SEEDED_CORE_TYPES) return;
    seen.add(family);
    chosen.push(i);
  });
  return chosen.length > 0 ? chosen : [0];
}

function onDemandSeeds(place: Arena, arena: number, { maxNodes }: GenomeBounds): FleetGenome[] {
  return coreTypes(place).flatMap((core) =>
    ladder(maxNodes).map((coreNodes) => ({
      arena,
      core,
      coreNodes,
      task: [],
      taskSpotNodes: 0,
      taskOnDemandNodes: 0,
    })),
  );
}

function spotSeeds(place: Arena, arena: number, { maxNodes }: GenomeBounds): FleetGenome[] {
  const core = coreTypes(place)[0] ?? 0;
  const coreVcpus = place.pools[core]?.instanceType.vcpus ?? 4;
  const usual = (group: readonly number[]) => place.pools[group[0] ?? 0]?.instanceType.vcpus ?? 0;
  const groups = [...place.spotGroups]
    .filter((group) => group.length > 0)
    .sort((a, b) => Math.abs(usual(a) - 8) - Math.abs(usual(b) - 8))
    .slice(0, SEEDED_SPOT_GROUPS);
  return groups.flatMap((group) =>
    ladder(maxNodes).map((taskSpotNodes) => ({
      arena,
      core,
      // a quarter of the capacity on demand
      coreNodes: Math.max(1, Math.round((taskSpotNodes * usual(group)) / (3 * coreVcpus))),
      task: group.slice(0, SEEDED_TASK_TYPES),
      taskSpotNodes,
      taskOnDemandNodes: 0,
    })),
  );
}
