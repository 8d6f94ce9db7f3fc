import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import type { DocumentRef } from '../../core/contracts/quantities.ts';
import { TerminalError } from '../../core/errors.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { awsCall } from './failures.ts';
import { s3Client } from './objects.ts';

/** A stored document is not the one that its reference names. */
class DocumentDamagedError extends TerminalError {
  override readonly name = 'DocumentDamagedError';
}

/** The bucket where what is too large to hand from state to state lies, as JSON under its content hash. */
export interface Documents {
  readonly clients: Clients;
  readonly bucket: string;
}

/**
 * Stores a document. Storing it again changes nothing: the same content has the same key.
 *
 * @returns the reference by which it is handed on
 */
export async function putDocument(documents: Documents, content: unknown): Promise<DocumentRef> {
  const body = Buffer.from(JSON.stringify(content));
  const sha256 = createHash('sha256').update(body).digest('hex');
  const key = `documents/${sha256}.json`;
  await awsCall('s3:PutObject', () =>
    s3Client(documents.clients).send(
      new PutObjectCommand({
        Bucket: documents.bucket,
        Key: key,
        Body: body,
        ContentType: 'application/json',
      }),
    ),
  );
  return { key, sha256, sizeBytes: body.length };
}

/**
 * Reads a document back and checks that it is what was stored.
 *
 * @throws DocumentDamagedError  when its hash is another
 * @throws InvalidInputError  when it does not fit the contract
 */
export async function getDocument<Schema extends z.ZodType>(
  documents: Documents,
  ref: DocumentRef,
  schema: Schema,
): Promise<z.output<Schema>> {
  const known = remembered(documents.clients).get(ref.sha256);
  const content = known ?? (await readDocument(documents, ref));
  if (known === undefined) remember(documents.clients, ref, content);
  return parseContract(schema, content, `document ${ref.key}`);
}

async function readDocument(documents: Documents, ref: DocumentRef): Promise<unknown> {
  const body = await awsCall('s3:GetObject', async () => {
    const answer = await s3Client(documents.clients).send(
      new GetObjectCommand({ Bucket: documents.bucket, Key: ref.key }),
    );
    return answer.Body?.transformToByteArray();
  });
  const sha256 = createHash('sha256')
    .update(body ?? new Uint8Array())
    .digest('hex');
  if (sha256 !== ref.sha256) {
    throw new DocumentDamagedError(
      `s3://${documents.bucket}/${ref.key} has the SHA-256 ${sha256}, allowed: ${ref.sha256}. Restore the object's earlier version.`,
    );
  }
  return JSON.parse(new TextDecoder().decode(body));
}

/** A warm function that looks every few minutes reads job and plan once: what has this hash never changes. */
const remembered = oncePerClients(() => new Map<string, unknown>());
const REMEMBERED_MAX = 32;
/** Markets and event logs are read once and are large. */
const REMEMBERED_BYTES_MAX = 256 * 1024;

function remember(clients: Clients, ref: DocumentRef, content: unknown): void {
  if (ref.sizeBytes > REMEMBERED_BYTES_MAX) return;
  const documents = remembered(clients);
  const [oldest] = documents.keys();
  if (oldest !== undefined && documents.size >= REMEMBERED_MAX) documents.delete(oldest);
  documents.set(ref.sha256, content);
}
