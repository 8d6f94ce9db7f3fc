import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { handler as sendToSlack } from '../../lambdas/send-to-slack.ts';
import { openAccount } from './account.ts';
import { openSlack } from './slack-receiver.ts';

export const TOKEN = 'xoxb-17-very-secret';
const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';
export const BOT_SECRET = `${SECRETS}slack-AbCdEf`;
export const SIGNING_SECRET = `${SECRETS}slack-signing-AbCdEf`;

/** An account with secrets and queues, and a local Slack beside it. */
export async function openSlackAccount() {
  const slack = await openSlack();
  const account = await openAccount();
  const { fetch } = globalThis;
  // the account's clock knows nothing of real sockets: it stands while one is waited for
  vi.stubGlobal('fetch', (...call: Parameters<typeof fetch>) =>
    account.kernel.clock.hold(() => fetch(...call)),
  );
  const secrets = new Map([
    [BOT_SECRET, JSON.stringify({ botToken: TOKEN })],
    [SIGNING_SECRET, JSON.stringify({ signingSecret: slack.signingSecret })],
  ]);
  /** for how many seconds messages were hidden */
  const hidden: number[] = [];
  /** bodies that were queued */
  const queued: string[] = [];
  const secretsAsked: string[] = [];
  const operation = (run: (input: never) => unknown) => ({ permissions: () => [], run });
  account.kernel.register(
    {
      name: 'secrets-manager',
      operations: {
        GetSecretValue: operation(({ SecretId }: { SecretId: string }) => {
          secretsAsked.push(SecretId);
          return { SecretString: secrets.get(SecretId) };
        }),
      },
    },
    {
      name: 'sqs',
      operations: {
        ChangeMessageVisibility: operation(({ VisibilityTimeout }: { VisibilityTimeout: number }) => {
          hidden.push(VisibilityTimeout);
          return {};
        }),
        SendMessage: operation(({ MessageBody }: { MessageBody: string }) => {
          queued.push(MessageBody);
          return {
            MessageId: `m-${queued.length}`,
            MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
          };
        }),
      },
    },
  );
  const environment = {
    SLACK_CHANNEL: 'data-alerts',
    SLACK_SECRET_ARN: BOT_SECRET,
    SLACK_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/slack',
    SLACK_API_URL: slack.url,
    SLACK_TIMEOUT_MILLISECONDS: '3000',
    SLACK_SIGNING_SECRET_ARN: SIGNING_SECRET,
    SLACK_PRESSES_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/presses',
  };
  type Handler = Parameters<typeof account.invoke>[0];
  /** Hands a function of a queue one message. */
  const handOut = (handler: Handler, body: string, { tries = 1, ...changes }: HandOut = {}) =>
    account.invoke(
      handler,
      {
        Records: [{ body, receiptHandle: 'r', attributes: { ApproximateReceiveCount: String(tries) } }],
      },
      { ...environment, ...changes },
    );
  return {
    slack,
    account,
    secrets,
    secretsAsked,
    hidden,
    queued,
    environment,
    handOut,
    send: (body: string, changes: HandOut = {}) => handOut(sendToSlack, body, changes),
    close: async () => {
      vi.unstubAllGlobals();
      await slack.close();
    },
  };
}
/** How often it was handed out, and variables of the function. */
type HandOut = { tries?: number } & Partial<
  Record<
    'SLACK_CHANNEL' | 'SLACK_TIMEOUT_MILLISECONDS' | 'SLACK_BUTTONS' | 'SLACK_USERS' | 'POWERTOOLS_LOG_LEVEL',
    string
  >
>;
export type SlackAccount = Awaited<ReturnType<typeof openSlackAccount>>;
