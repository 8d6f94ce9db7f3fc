import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../core/contracts/job.ts';
import { InvalidInputError } from '../core/errors.ts';
import { JobFileError, readJobFile } from '../core/job/read-job-file.ts';
import { readTextFile } from './read-text-file.ts';

/**
 * The jobs of a folder, by file name.
 *
 * @throws JobFileError  with every fault of every file
 * @throws InvalidInputError  when there is no folder, or no job in it
 */
export function readJobFolder(folder: string): Job[] {
  const files = listing(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  if (files.length === 0) {
    throw new InvalidInputError(
      `Found no .yaml file in ${folder}; name a folder of job files such as examples/jobs.`,
    );
  }
  const faults: JobFileError['faults'][number][] = [];
  const jobs = files.flatMap((name) => {
    const file = join(folder, name);
    try {
      return [readJobFile(readTextFile(file, 'a job file'), file)];
    } catch (error) {
      if (!(error instanceof JobFileError)) throw error;
      faults.push(...error.faults);
      return [];
    }
  });
  if (faults.length > 0) throw new JobFileError(faults);
  return jobs;
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
