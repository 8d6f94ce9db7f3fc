/** What SDK clients put into a request that its caller left out. */
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { shapeOf, type ApiModel } from './api-model.ts';
import { isMembers } from './http-message.ts';

const CRC32_BYTES = 4;

/**
 * The input with the SDK's own additions: tokens that make a request idempotent, and of S3 the length, type and
 * checksum of a body.
 *
 * @param input  in canonical form
 */
export function withSdkDefaults(model: ApiModel, operation: string, input: unknown): unknown {
  if (!isMembers(input)) return input;
  const added: Record<string, unknown> = {};
  for (const name of tokensOf(model, operation)) if (input[name] === undefined) added[name] = randomUUID();
  if (model.service === 's3') Object.assign(added, ofS3(operation, input['Body']));
  return Object.keys(added).length === 0 ? input : { ...added, ...input };
}

const tokens = new WeakMap<ApiModel, Map<string, readonly string[]>>();

function tokensOf(model: ApiModel, operation: string): readonly string[] {
  const known = tokens.get(model)?.get(operation);
  if (known !== undefined) return known;
  const input = model.operations[operation]?.input;
  const members = input === undefined ? [] : Object.entries(shapeOf(model, input).members);
  const names = members.flatMap(([name, { idempotencyToken }]) => (idempotencyToken === true ? [name] : []));
  tokens.set(model, (tokens.get(model) ?? new Map<string, readonly string[]>()).set(operation, names));
  return names;
}

function ofS3(operation: string, body: unknown): Record<string, unknown> {
  if (operation === 'GetObject') return { ChecksumMode: 'ENABLED' };
  if (operation !== 'PutObject' || !(body instanceof Uint8Array)) return {};
  const checksum = Buffer.alloc(CRC32_BYTES);
  checksum.writeUInt32BE(crc32(body));
  return {
    ContentLength: body.byteLength,
    ContentType: 'application/octet-stream',
    ChecksumAlgorithm: 'CRC32',
    ChecksumCRC32: checksum.toString('base64'),
  };
}
