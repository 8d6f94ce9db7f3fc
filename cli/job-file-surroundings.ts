import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../core/contracts/job.ts';
import type { JobFault, LocatedByPath } from '../core/job/job-fault.ts';
import { placedFault } from '../core/job/read-job-file.ts';
import { nextStart } from '../core/job/schedule.ts';

/**
 * What is wrong with a job file in the light of its surroundings: a file that it ships and that does not lie beside
 * it, a schedule that does not fire any more.
 *
 * @param text  of the job file
 * @param now  ISO 8601 instant
 */
export function faultsOfSurroundings(job: Job, text: string, file: string, now: string): JobFault[] {
  return [...missingFiles(job, dirname(file)), ...deadSchedule(job, now)].map((fault) =>
    placedFault(fault, text, file),
  );
}

function missingFiles({ steps, bootstrap }: Job, folder: string): LocatedByPath[] {
  const artefacts = [
    ...steps.flatMap(({ script, jar }, i) => [
      { path: ['steps', i, 'script', 'file'], artefact: script },
      { path: ['steps', i, 'jar', 'file'], artefact: jar },
    ]),
    ...bootstrap.map(({ script }, i) => ({ path: ['bootstrap', i, 'script', 'file'], artefact: script })),
  ];
  return artefacts.flatMap(({ path, artefact }) => {
    if (artefact === undefined || !('file' in artefact) || existsSync(join(folder, artefact.file))) return [];
    const allowed = `a file that lies there, relative to the job file (${folder})`;
    return [{ path, found: `${artefact.file}, which does not exist`, allowed }];
  });
}

function deadSchedule(job: Job, now: string): LocatedByPath[] {
  if (!('schedule' in job.start) || nextStart(job, now) !== null) return [];
  const { cron } = job.start.schedule;
  const allowed = 'a schedule that fires after now: look at its day, month and year';
  return [{ path: ['start', 'schedule', 'cron'], found: `"${cron}", which never fires`, allowed }];
}
