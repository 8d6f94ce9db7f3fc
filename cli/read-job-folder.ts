import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../core/contracts/job.ts';
import { InvalidInputError } from '../core/errors.ts';
import { isJobFileName, readJobs } from '../core/job/read-jobs.ts';
import { readTextFile } from './read-text-file.ts';

/**
 * The jobs of a folder, by file name.
 *
 * @throws JobFileError  with every fault of every file, a name used twice among them
 * @throws InvalidInputError  when there is no folder, or no job in it
 */
export function readJobFolder(folder: string): Job[] {
  const names = listing(folder).filter(isJobFileName).sort();
  if (names.length === 0) {
    throw new InvalidInputError(
      `Found no .yaml file in ${folder}; name a folder of job files such as examples/jobs.`,
    );
  }
  const files = names.map((name) => {
    const file = join(folder, name);
    return { name: file, text: readTextFile(file, 'a job file') };
  });
  return readJobs(files).map(({ job }) => job);
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    throw new InvalidInputError(
      `Found no folder ${folder}; name a folder of job files such as examples/jobs.`,
    );
  }
}
