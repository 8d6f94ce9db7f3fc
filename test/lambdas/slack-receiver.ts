import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlackCall {
  method: string;
  authorization: string | undefined;
  body: { channel: string; ts?: string; thread_ts?: string; text: string; blocks: Block[] };
}

interface Element {
  type: string;
  action_id: string;
  value?: string;
  options?: { value: string; text: { text: string } }[];
}
interface Block {
  type: string;
  elements?: Element[];
}
interface Message {
  text: string;
  blocks: Block[];
  replies: string[];
}

/** What somebody presses. */
export interface Pressing {
  /** the button, by its name in Slack */
  ask: string;
  /** of a menu: which of its options */
  option?: number;
  user?: { id: string; username: string };
  /** what Slack says the time is */
  now: Date;
}

/** What it says to one call in place of carrying it out. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  json?: object;
  /** never answers */
  silent?: boolean;
}

/**
 * A local stand-in for Slack: the two methods of its Web API that are used, with messages, edits and replies, and the
 * requests that it signs when somebody presses a button.
 */
export async function openSlack() {
  const calls: SlackCall[] = [];
  const messages = new Map<string, Message>();
  const refusals: Refusal[] = [];
  let made = 0;
  const answer = ({ method, body }: SlackCall) => {
    if (body.channel !== 'C0DATA' && body.channel !== 'data-alerts')
      return { ok: false, error: 'channel_not_found' };
    if (method === 'chat.update') {
      const message = messages.get(body.ts ?? '');
      if (message === undefined) return { ok: false, error: 'message_not_found' };
      Object.assign(message, { text: body.text, blocks: body.blocks });
      return { ok: true, channel: 'C0DATA', ts: body.ts };
    }
    made += 1;
    const ts = `1767578400.${String(made).padStart(6, '0')}`;
    if (body.thread_ts === undefined) messages.set(ts, { text: body.text, blocks: body.blocks, replies: [] });
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
  const signingSecret = '0123456789abcdef0123456789abcdef';
  return {
    calls,
    signingSecret,
    /** The request that Slack makes for a press of a button of its newest message that has it, as API Gateway hands it on. */
    press: ({ ask, option = 0, user = { id: 'U0ANNA', username: 'anna' }, now }: Pressing) => {
      const [ts, element] =
        [...messages]
          .flatMap(([time, { blocks }]) =>
            blocks.flatMap(({ type, elements = [] }) =>
              type === 'actions' ? elements.map((each) => [time, each] as const) : [],
            ),
          )
          .findLast(([, { action_id }]) => action_id === ask) ?? [];
      if (element === undefined) throw new Error(`Slack shows no ${ask}.`);
      const { options, ...action } = element;
      const payload = {
        type: 'block_actions',
        user: { ...user, team_id: 'T0DATA' },
        trigger_id: `${(made += 1)}.1`,
        container: { type: 'message', message_ts: ts, channel_id: 'C0DATA', is_ephemeral: false },
        channel: { id: 'C0DATA', name: 'data-alerts' },
        actions: [options === undefined ? action : { ...action, selected_option: options[option] }],
      };
      return signed(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), signingSecret, now);
    },
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

/** A request that whoever knows the secret makes. */
export function signed(body: string, secret: string, now: Date) {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}
