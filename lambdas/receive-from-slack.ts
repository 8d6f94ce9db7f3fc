import * as z from 'zod';
import { slackPressOf } from '../core/report/slack-press-of.ts';
import { takePress } from './aws/ledger-presses.ts';
import { sendToQueue } from './aws/queues.ts';
import { secretText } from './aws/secrets.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';
import { readSigningSecret } from './slack/read-secret.ts';
import { verifyRequest } from './slack/verify-request.ts';

/**
 * The one door that the public reaches: takes presses of buttons from Slack, and from nobody else. Slack waits three
 * seconds for an answer, so that a press is only checked and queued here; `answer-slack` does what it asks for.
 *
 * Needs:
 * - dynamodb:PutItem on the ledger, items of presses
 * - secretsmanager:GetSecretValue on the secret with which Slack signs
 * - sqs:SendMessage on the queue of presses
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  SLACK_SIGNING_SECRET_ARN: z.string().startsWith('arn:'),
  SLACK_PRESSES_URL: z.string().min(1),
});

/**
 * The parts of API Gateway's request that are read.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const HttpRequest = z.object({
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});
const HttpAnswer = z.object({
  statusCode: z.union([200, 400, 401, 409, 413].map((code) => z.literal(code))),
});

/** A press carries the whole message it stands below: 12,000 characters, and what a form makes of them. */
const LARGEST_BYTES = 131_072;

export const handler = stateHandler(
  { environment: Environment, input: HttpRequest, output: HttpAnswer },
  async ({ headers, body: text, isBase64Encoded }, { clients, environment, now, log }) => {
    const refuse = (statusCode: number, because: string) => {
      log.warn('refused a request', { statusCode, because });
      return { statusCode };
    };
    const body = Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8');
    if (body.length > LARGEST_BYTES) return refuse(413, 'it is too large');
    const at = now();
    const { SLACK_SIGNING_SECRET_ARN: secretArn, SLACK_PRESSES_URL: queueUrl, LEDGER_TABLE } = environment;
    const verdict = await verifyRequest({ headers, body }, at, async (doubted) =>
      readSigningSecret(await secretText(clients, secretArn, at, doubted)),
    );
    if (!verdict.genuine) return refuse(401, verdict.because);
    const press = slackPressOf(body.toString('utf8'), verdict.signature, at.toISOString());
    if (press === null) return refuse(400, 'it is no press of a button of ours');
    const ledger = { clients, table: LEDGER_TABLE };
    if (!(await takePress(ledger, press.id, at))) return refuse(409, 'it came before');
    await sendToQueue(clients, queueUrl, press);
    log.info('took a press', { subject: press.subject, ask: press.ask, user: press.user.id });
    return { statusCode: 200 };
  },
);
