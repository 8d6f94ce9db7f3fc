import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlackCall {
  method: string;
  authorization: string | undefined;
  body: { channel: string; ts?: string; thread_ts?: string; text: string; blocks: { type: string }[] };
}

/** What it says to one call in place of carrying it out. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  json?: object;
  /** never answers */
  silent?: boolean;
}

/** A local stand-in for the two methods of Slack's Web API that are used: keeps messages, edits and replies. */
export async function openSlack() {
  const calls: SlackCall[] = [];
  const messages = new Map<string, { text: string; replies: string[] }>();
  const refusals: Refusal[] = [];
  let made = 0;
  const answer = ({ method, body }: SlackCall) => {
    if (body.channel !== 'C0DATA' && body.channel !== 'data-alerts')
      return { ok: false, error: 'channel_not_found' };
    if (method === 'chat.update') {
      const message = messages.get(body.ts ?? '');
      if (message === undefined) return { ok: false, error: 'message_not_found' };
      message.text = body.text;
      return { ok: true, channel: 'C0DATA', ts: body.ts };
    }
    made += 1;
    const ts = `1767578400.${String(made).padStart(6, '0')}`;
    if (body.thread_ts === undefined) messages.set(ts, { text: body.text, replies: [] });
    else messages.get(body.thread_ts)?.replies.push(JSON.stringify(body.blocks));
    return { ok: true, channel: 'C0DATA', ts };
  };
  const handle = (request: IncomingMessage, response: ServerResponse, text: string) => {
    const { authorization } = request.headers;
    const call = { method: request.url?.slice('/api/'.length) ?? '', authorization, body: JSON.parse(text) };
    calls.push(call);
    const refusal = refusals.shift();
    if (refusal?.silent === true) return;
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json', ...refusal?.headers });
    response.end(refusal === undefined ? JSON.stringify(answer(call)) : JSON.stringify(refusal.json ?? {}));
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      handle(request, response, text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    calls,
    messages,
    refuseNext: (...next: Refusal[]) => void refusals.push(...next),
    url: `http://127.0.0.1:${port}/api/`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    },
  };
}
export type Slack = Awaited<ReturnType<typeof openSlack>>;
