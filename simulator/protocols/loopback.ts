import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { ClientRequest, createServer, type Server, type ServerResponse } from 'node:http';
import { currentGuest, followGuests, type KernelHost } from '../kernel/index.ts';
import { createEndpoint } from './endpoint.ts';
import { joined, type HttpRequest } from './http-message.ts';

/** An HTTP server on the loopback interface that unmodified SDK clients reach by `AWS_ENDPOINT_URL`. */
interface LoopbackServer {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string;
  close(): Promise<void>;
}

/** loop turns without news after which nothing is on the wire between two sockets of one process */
const QUIET_TURNS = 3;

interface InFlight {
  readonly guestId: string | undefined;
  response?: IncomingMessage;
}

/**
 * Starts the server. Time stands while a request of this process is on its way: sent and not yet received
 * here, or answered and not yet received there.
 *
 * @param isDead  whether a guest has been stopped, so that its requests are not served
 */
export async function startLoopback(
  kernel: KernelHost,
  isDead: (guestId: string) => boolean = () => false,
): Promise<LoopbackServer> {
  const endpoint = createEndpoint(kernel);
  const unfollow = followGuests();
  const inFlight = new Map<ClientRequest, InFlight>();
  let receiving = 0;
  let parked = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    receiving += 1;
    const body = await collect(request).finally(() => (receiving -= 1));
    const sender = [...inFlight].find(([sent]) => sent.socket?.localPort === request.socket.remotePort)?.[1];
    parked += 1;
    try {
      // as if the guest's machine were gone: nothing it sends is carried out
      if (isDead(sender?.guestId ?? '')) return void response.destroy();
      const answered = await endpoint.handle(messageOf(request, body), sender?.guestId ?? '');
      if (answered === 'lost') return void response.destroy();
      response.writeHead(answered.statusCode, answered.headers).end(answered.body);
    } finally {
      parked -= 1;
    }
  };
  const server = createServer((request, response) => void answer(request, response).catch(kernel.fail));
  const port = await listen(server);
  const onStart = (message: unknown): void => {
    const request = clientRequestOf(message, port);
    if (request === undefined) return;
    inFlight.set(request, { guestId: currentGuest()?.id });
    request.once('response', (response: IncomingMessage) => {
      const entry = inFlight.get(request);
      if (entry !== undefined) entry.response = response;
    });
    request.once('close', () => inFlight.delete(request));
  };
  diagnostics.subscribe('http.client.request.start', onStart);
  const leave = kernel.join({
    quietTurns: QUIET_TURNS,
    busy() {
      for (const [request, { response }] of inFlight) {
        if (response !== undefined && hasArrived(response)) inFlight.delete(request);
      }
      return receiving > 0 || inFlight.size > parked;
    },
    atQuiescence: () => false,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      leave();
      unfollow();
      diagnostics.unsubscribe('http.client.request.start', onStart);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Real time means nothing here: no connection times out. */
function listen(server: Server): Promise<number> {
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.timeout = 0;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new Error('The loopback server has no port'));
      else resolve(address.port);
    });
  });
}

function clientRequestOf(message: unknown, port: number): ClientRequest | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  const { request } = message;
  if (!(request instanceof ClientRequest)) return undefined;
  const host = request.getHeader('host');
  return typeof host === 'string' && host.endsWith(`:${port}`) ? request : undefined;
}

/** All here, or as much as its reader has room for. */
function hasArrived(response: IncomingMessage): boolean {
  return response.complete || response.destroyed || response.readableLength >= response.readableHighWaterMark;
}

async function collect(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return joined(chunks);
}

function messageOf(request: IncomingMessage, body: Uint8Array): HttpRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers,
    body,
  };
}
