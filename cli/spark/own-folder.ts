import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';

/** Says that everything in a folder was made here, and may be removed. */
const MARKER = '.flarepath-real-spark';

/**
 * Makes a folder this command's own, and removes what its earlier runs left there.
 *
 * @param directory  a folder that is new, empty, or was claimed before
 * @param leftovers  names in it whose contents go
 * @param kept  a name in those that stays
 * @throws InvalidInputError  when somebody else's files are in it; nothing is removed then
 */
export function claimFolder(directory: string, leftovers: readonly string[], kept: string): void {
  const found = existsSync(directory) ? readdirSync(directory) : [];
  if (found.length > 0 && !found.includes(MARKER)) {
    throw new InvalidInputError(
      `--directory: found ${directory} with files of its own (${found.slice(0, 3).join(', ')}), allowed: a folder that is new or empty, or that this command made. What earlier runs left there is removed.`,
    );
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, MARKER), '');
  for (const leftover of leftovers) {
    const folder = join(directory, leftover);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const name of names) if (name !== kept) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
