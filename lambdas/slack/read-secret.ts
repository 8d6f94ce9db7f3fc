import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { jsonOf } from '../runtime/parse.ts';

/** What the team keeps in Secrets Manager for Slack, in two secrets: what the public may reach knows no token. */
const BotSecret = z.object({ botToken: z.string().startsWith('xoxb-') });
const SigningSecret = z.object({ signingSecret: z.string().regex(/^[0-9a-f]{16,128}$/) });

/**
 * Reads the text of the secret with which Slack is called. What it holds appears in no message.
 *
 * @throws InvalidInputError
 */
export function readBotToken(text: string): string {
  return readSecret(BotSecret, text, '{"botToken": "xoxb-…"}').botToken;
}

/**
 * Reads the text of the secret with which Slack signs its requests. What it holds appears in no message.
 *
 * @throws InvalidInputError
 */
export function readSigningSecret(text: string): string {
  return readSecret(SigningSecret, text, '{"signingSecret": "…"}, 32 hexadecimal digits').signingSecret;
}

function readSecret<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  allowed: string,
): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    `A secret for Slack does not fit. Allowed: JSON such as ${allowed}. Store it anew; see docs/operations/slack.md.`,
  );
}
