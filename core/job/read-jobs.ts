import type { Job } from '../contracts/job.ts';
import type { JobFault } from './job-fault.ts';
import { JobFileError, placeInJobFile, readJobFile } from './read-job-file.ts';

/** A file as read from disk. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** A job and the name of the file that describes it. */
export interface ReadJob {
  readonly file: string;
  readonly job: Job;
}

/** Whether a file of a job folder is a job file, by its name. */
export function isJobFileName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/**
 * Reads the job files of a folder. A job's name is its identity, so two files may not claim the same one.
 *
 * @returns the jobs, in the order of their files
 * @throws JobFileError  with every fault of every file at once
 */
export function readJobs(files: readonly NamedText[]): ReadJob[] {
  const faults: JobFault[] = [];
  const jobs: ReadJob[] = [];
  const fileOf = new Map<string, string>();
  for (const { name: file, text } of files) {
    let job: Job;
    try {
      job = readJobFile(text, file);
    } catch (error) {
      if (!(error instanceof JobFileError)) throw error;
      faults.push(...error.faults);
      continue;
    }
    const other = fileOf.get(job.name);
    if (other !== undefined) faults.push(duplicateName(file, text, job.name, other));
    fileOf.set(job.name, other ?? file);
    jobs.push({ file, job });
  }
  if (faults.length > 0) throw new JobFileError(faults);
  return jobs;
}

function duplicateName(file: string, text: string, name: string, other: string): JobFault {
  return {
    file,
    ...placeInJobFile(text, ['name']),
    field: 'name',
    found: `"${name}", which ${other} describes already`,
    allowed: 'a name that no other job file has',
  };
}
