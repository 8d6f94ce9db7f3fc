import { createHmac, timingSafeEqual } from 'node:crypto';
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';

/** What Slack sends with a request of which only it and we know that it is Slack's. */
interface SignedRequest {
  /** names in lower case, as API Gateway hands them on */
  readonly headers: Readonly<Record<string, string>>;
  /** the body's bytes as they came: a parsed and rewritten one has another signature */
  readonly body: Uint8Array;
}

type Verdict =
  | { readonly genuine: true; readonly signature: string }
  | { readonly genuine: false; readonly because: string };

const WINDOW_SECONDS = 300;
const TIMESTAMP = /^\d{1,11}$/;
const SIGNATURE = /^v0=([0-9a-f]{64})$/;

/**
 * Whether a request is Slack's and recent: its signature is compared in constant time, and its time may differ from ours
 * by five minutes. Whether it came before is for the caller to know.
 *
 * @param secretText  asked for only when the request's form and time are right: garbage costs no call; asked again,
 *   `doubted`, when the signature is another: the secret may have been rotated
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export async function verifyRequest(
  { headers, body }: SignedRequest,
  now: Date,
  secretText: (doubted: boolean) => Promise<string>,
): Promise<Verdict> {
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const signature = SIGNATURE.exec(headers['x-slack-signature'] ?? '')?.[1];
  if (!TIMESTAMP.test(timestamp) || signature === undefined)
    return { genuine: false, because: 'it has no signature of Slack' };
  if (Math.abs(now.getTime() / MILLISECONDS_PER_SECOND - Number(timestamp)) > WINDOW_SECONDS)
    return { genuine: false, because: 'its time is more than five minutes off' };
  const given = Buffer.from(signature, 'hex');
  for (const doubted of [false, true]) {
    const hmac = createHmac('sha256', await secretText(doubted));
    const expected = hmac.update(`v0:${timestamp}:`).update(body).digest();
    if (timingSafeEqual(expected, given)) return { genuine: true, signature };
  }
  return { genuine: false, because: 'its signature is another' };
}
