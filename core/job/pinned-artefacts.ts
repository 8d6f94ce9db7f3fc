import type { DeployedJob } from '../contracts/job.ts';

/** An object of S3 that a job runs, pinned by the hash of its content. */
interface PinnedArtefact {
  /** `s3://bucket/key` */
  readonly s3: string;
  /** 64 hexadecimal digits */
  readonly sha256: string;
}

/** What S3 says of an object's content, in the words of its API. */
interface ObjectChecksum {
  /** base64; a composite one ends in `-` and the number of parts */
  readonly sha256Base64: string | null;
  /** `FULL_OBJECT` or `COMPOSITE` */
  readonly type: string | null;
}

/** The artefacts of a job that lie in S3, each once. What ships with the deployment has its hash in its key. */
export function pinnedArtefacts(job: Pick<DeployedJob, 'steps' | 'bootstrap'>): PinnedArtefact[] {
  const artefacts = [
    ...job.steps.flatMap(({ script, jar }) => [script ?? [], jar ?? []].flat()),
    ...job.bootstrap.map(({ script }) => script),
  ];
  const pinned = artefacts.flatMap((artefact) => ('s3' in artefact ? [artefact] : []));
  return [...new Map(pinned.map((artefact) => [`${artefact.s3} ${artefact.sha256}`, artefact])).values()];
}

/**
 * Why an object must not run as the artefact that a job file pins.
 *
 * @param found  null: there is no such object
 * @returns found, allowed and what to do; null when the object is the one that was pinned
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function pinFault({ s3, sha256 }: PinnedArtefact, found: ObjectChecksum | null): string | null {
  if (found === null) {
    return `${s3}: found no such object, allowed: one with the SHA-256 ${sha256}. ${uploadHint(s3)}`;
  }
  const { sha256Base64, type } = found;
  if (sha256Base64 === null || type === 'COMPOSITE' || sha256Base64.includes('-')) {
    const kind = sha256Base64 === null ? 'no SHA-256 checksum' : 'only a checksum of checksums, one a part';
    return `${s3}: found ${kind}, allowed: a SHA-256 checksum of the whole object, ${sha256}. ${uploadHint(s3)}`;
  }
  const stored = hexOfBase64(sha256Base64);
  if (stored === sha256) return null;
  return `${s3}: found the SHA-256 ${stored}, allowed: ${sha256}. Pin the new hash in the job file, or bring the old object back.`;
}

function uploadHint(s3: string): string {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(s3) ?? [];
  return (
    `Upload it with aws s3 cp FILE ${s3} --checksum-algorithm SHA256; a file above 8 MB, which that would send in parts, ` +
    `with aws s3api put-object --bucket ${bucket} --key ${key} --body FILE --checksum-algorithm SHA256.`
  );
}

function hexOfBase64(text: string): string {
  return [...atob(text)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
