import { joined, textOfBody, type HttpRequest } from './http-message.ts';

/**
 * Takes the body out of the content encoding `aws-chunked`, in which SDKs stream uploads: chunks with their
 * length in hexadecimal, then trailing headers such as a checksum.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeAwsChunked(request: HttpRequest): HttpRequest {
  const encodings = (request.headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  if (!encodings.includes('aws-chunked')) return request;
  const { body } = request;
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = endOfLine(body, at);
    const length = Number.parseInt(textOfBody(body.subarray(at, lineEnd)), 16);
    at = lineEnd + 2;
    if (!(length > 0)) break;
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const headers: Record<string, string> = { ...request.headers };
  for (const line of textOfBody(body.subarray(at)).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const left = encodings.filter((encoding) => encoding !== 'aws-chunked').join(',');
  if (left === '') delete headers['content-encoding'];
  else headers['content-encoding'] = left;
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined) headers['content-length'] = length;
  return { ...request, headers, body: joined(chunks) };
}

function endOfLine(body: Uint8Array, from: number): number {
  const carriageReturn = body.indexOf(13, from);
  return carriageReturn < 0 ? body.length : carriageReturn;
}
