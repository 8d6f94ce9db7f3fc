import type { WorkloadDescription } from './description.ts';

/** Parameters that say how often an algorithm goes over its data. */
const MULTIPLYING = ['iterations', 'epochs', 'trees', 'folds'] as const;

/** Passes over the data that a description's parameters ask for; null when they do not tell. */
export function passesOf({ parameters }: Pick<WorkloadDescription, 'parameters'>): number | null {
  const factors = MULTIPLYING.flatMap((name) => {
    const value = parameters[name];
    return value === undefined || value <= 0 ? [] : [value];
  });
  return factors.length === 0 ? null : factors.reduce((product, factor) => product * factor, 1);
}
