import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';

const DIGITS = 16;

/**
 * A hash over names and contents of files, and of all files below folders.
 *
 * @throws InvalidInputError  when a folder is not there
 */
export function sourceHash(folders: readonly string[], files: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const file of [...files, ...folders.flatMap(filesBelow)].sort())
    hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex').slice(0, DIGITS);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder))
    throw new InvalidInputError(`Found no folder ${folder}; name one that holds job files.`);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
