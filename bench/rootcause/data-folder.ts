import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';

/**
 * The folder of a set: below `rootcause/` of the data, directly in it, or the data folder itself.
 *
 * @param sign  a file that the set has; without one, any folder will do
 * @throws InvalidInputError  when there is none
 */
export function setFolder(data: string, set: string, sign = ''): string {
  const places = [join(data, 'rootcause', set), join(data, set), data];
  const found = places.find((place) => existsSync(join(place, sign)));
  if (found !== undefined) return found;
  throw new InvalidInputError(
    `--data: found no ${sign === '' ? 'folder' : sign} in ${places.join(', ')}; allowed: a folder with the set's files. Formats: docs/benchmarks.md.`,
  );
}
