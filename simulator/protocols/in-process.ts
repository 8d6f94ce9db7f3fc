import { Readable } from 'node:stream';
import type { KernelHost } from '../kernel/index.ts';
import { createEndpoint } from './endpoint.ts';
import { bodyOfText, joined, type HttpRequest } from './http-message.ts';

/** A request as SDK clients hand it to their request handler. */
interface SdkRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What SDK clients take as `requestHandler`. */
interface InProcessRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest): Promise<{ response: SdkResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly reason?: string;
  readonly headers: Record<string, string>;
  readonly body: Readable | Uint8Array;
}

/**
 * A `requestHandler` for SDK clients in this process: the fast transport, without sockets.
 *
 * The client's own serialisation and signing are as ever; only the wire is left out.
 */
export function createInProcessRequestHandler(kernel: KernelHost): InProcessRequestHandler {
  const endpoint = createEndpoint(kernel);
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request) {
      const body = await bytesOf(request.body);
      const answer = await endpoint.handle(messageOf(request, body));
      if (answer === 'lost') throw new ConnectionReset();
      // only a streamed object must be a stream; bytes are cheaper for everything else
      const streamed = request.method === 'GET' && answer.headers['etag'] !== undefined;
      return { response: { ...answer, body: streamed ? Readable.from([answer.body]) : answer.body } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => undefined,
  };
}

/** A connection that breaks before the answer, as the SDK's handler of HTTP requests hands it on. */
class ConnectionReset extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'ECONNRESET';
  constructor() {
    super('socket hang up');
  }
}

function messageOf(request: SdkRequest, body: Uint8Array): HttpRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const text of value === null ? [''] : typeof value === 'string' ? [value] : value)
      query.append(name, text);
  }
  const headers: Record<string, string> = { host: request.hostname };
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  return { method: request.method, path: request.path, query, headers, body };
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return bodyOfText(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof Readable) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      if (chunk instanceof Uint8Array) chunks.push(chunk);
      else chunks.push(bodyOfText(String(chunk)));
    }
    return joined(chunks);
  }
  throw new TypeError(
    `A request body of type ${typeof body} is not understood; give text, bytes or a Readable`,
  );
}
