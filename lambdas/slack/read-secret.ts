import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { jsonOf } from '../runtime/parse.ts';

/** What the team keeps in Secrets Manager for Slack. */
const SlackSecret = z.object({ botToken: z.string().startsWith('xoxb-') });

/**
 * Reads the secret's text. What it holds appears in no message.
 *
 * @throws InvalidInputError
 */
export function readSlackSecret(text: string): z.output<typeof SlackSecret> {
  const parsed = SlackSecret.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    'The secret for Slack does not fit. Allowed: JSON such as {"botToken": "xoxb-…"}. Store it anew; see docs/operations/slack.md.',
  );
}
