import {
  genomeKey,
  repairGenome,
  type FleetGenome,
  type GenomeBounds,
} from '../../core/sizing/fleet-genome.ts';

/** Every fleet there is within bounds, each once: for markets of a few types and a few nodes. */
export function* everyFleet(bounds: GenomeBounds): Generator<FleetGenome> {
  const seen = new Set<string>();
  const counts = Array.from({ length: bounds.maxNodes + 1 }, (_, i) => i);
  for (const [arena, place] of bounds.arenas.entries()) {
    const tasks = [[], ...place.spotGroups.flatMap(subsetsOf)];
    for (const core of place.pools.keys()) {
      for (const coreNodes of counts.slice(1)) {
        for (const task of tasks) {
          for (const [taskSpotNodes, taskOnDemandNodes] of pairsWithin(bounds.maxNodes - coreNodes)) {
            const genome = repairGenome(
              { arena, core, coreNodes, task, taskSpotNodes, taskOnDemandNodes },
              bounds,
            );
            const key = genomeKey(genome);
            if (seen.has(key)) continue;
            seen.add(key);
            yield genome;
          }
        }
      }
    }
  }
}

function pairsWithin(most: number): [number, number][] {
  return Array.from({ length: most + 1 }, (_, one) =>
    Array.from({ length: most - one + 1 }, (__, other): [number, number] => [one, other]),
  ).flat();
}

function subsetsOf(group: readonly number[]): number[][] {
  return group
    .reduce<number[][]>((subsets, item) => [...subsets, ...subsets.map((each) => [...each, item])], [[]])
    .slice(1);
}
