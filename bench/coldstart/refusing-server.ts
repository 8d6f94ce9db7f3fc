import { createServer } from 'node:http';

export interface RefusingServer {
  readonly url: string;
  close(): void;
}

/** A server on this machine that refuses every request, so that no client tries again. */
export async function refusingServer(): Promise<RefusingServer> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"__type":"ValidationException","message":"refused"}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('Found no free port on 127.0.0.1; needed: one to refuse requests at.');
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
