import * as z from 'zod';
import { NotSimulatedError } from '../../contracts.ts';

export const Filters = z
  .array(z.strictObject({ Name: z.string(), Values: z.array(z.string()).default([]) }))
  .default([]);
export type Filters = z.output<typeof Filters>;

/**
 * Whether something passes all filters: any of a filter's values, `*` and `?` as wildcards.
 *
 * @param valuesOf  what the thing has under a filter's name; undefined: this filter is not simulated
 * @throws NotSimulatedError  naming the filter
 */
export function passes(
  what: string,
  filters: Filters,
  valuesOf: (name: string) => readonly string[] | undefined,
): boolean {
  return filters.every((filter) => {
    const values = valuesOf(filter.Name);
    if (values === undefined)
      throw new NotSimulatedError(`ec2 ${what}: the filter ${filter.Name} is not simulated`);
    return filter.Values.some((pattern) => values.some((value) => matches(value, pattern)));
  });
}

function matches(value: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return value === pattern;
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(value);
}
