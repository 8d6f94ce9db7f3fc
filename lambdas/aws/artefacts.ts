import type { DeployedJob } from '../../core/contracts/job.ts';
import { TerminalError } from '../../core/errors.ts';
import { pinFault, pinnedArtefacts } from '../../core/job/pinned-artefacts.ts';
import type { Clients } from '../runtime/clients.ts';
import { objectChecksum, placeOf } from './objects.ts';

/** What lies in S3 is not what the job file pinned. */
class ArtefactNotPinnedError extends TerminalError {
  override readonly name = 'ArtefactNotPinnedError';
}

/**
 * Holds a job's artefacts in S3 to the hashes in its job file, by the checksums that S3 keeps.
 *
 * @throws ArtefactNotPinnedError  naming every object that is another, or that S3 keeps no SHA-256 of
 */
export async function checkArtefacts(clients: Clients, job: DeployedJob): Promise<void> {
  const faults: string[] = [];
  for (const artefact of pinnedArtefacts(job)) {
    const fault = pinFault(artefact, await objectChecksum(clients, placeOf(artefact.s3)));
    if (fault !== null) faults.push(fault);
  }
  if (faults.length > 0) throw new ArtefactNotPinnedError(faults.join(' '));
}
