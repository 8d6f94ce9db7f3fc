import type { ClusterShape } from './cluster-shape.ts';
import { fitCoefficients } from './fit-coefficients.ts';
import type { RuntimeCoefficients } from './task-priors.ts';

/** Loads, cores and memory at which a source of runtimes is asked, as factors on a usual shape. */
const LOADS = [0.25, 0.5, 1, 2, 4] as const;
const CORES = [0.25, 0.5, 1, 2, 4, 8] as const;
const MEMORIES = [0.5, 1, 2] as const;

/**
 * What a source of runtimes says around a shape, put into the terms of the law.
 *
 * @param secondsOn  the source
 * @param elsewhere  for what lies far from the shape
 */
export function coefficientsAround(
  usual: ClusterShape,
  secondsOn: (shape: ClusterShape) => number,
  elsewhere: RuntimeCoefficients,
): RuntimeCoefficients {
  const shapes = LOADS.flatMap((load) =>
    CORES.flatMap((cores) => MEMORIES.map((memory) => scaled(usual, load, cores, memory))),
  );
  const points = shapes.map((shape) => ({
    ...shape,
    at: null,
    weight: 1,
    runtimeSeconds: Math.max(secondsOn(shape), 1),
  }));
  return fitCoefficients(points, elsewhere);
}

function scaled(shape: ClusterShape, load: number, cores: number, memory: number): ClusterShape {
  return {
    inputBytes: shape.inputBytes * load,
    cores: shape.cores * cores,
    nodes: shape.nodes * cores,
    memoryMib: shape.memoryMib * cores * memory,
    coreSpeed: shape.coreSpeed,
  };
}
