import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { InvalidInputError } from '../../core/errors.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall } from './failures.ts';
import { sdkClient } from './settings.ts';

const secretsClient = oncePerClients((clients) => sdkClient(clients, SecretsManagerClient));

/** Long enough to spare calls, short enough that a rotated secret is soon read. */
const KEPT_MILLISECONDS = 300_000;
const kept = oncePerClients(() => new Map<string, { readonly text: string; readonly untilMs: number }>());

/** A secret that something does not fit is read again at most so often: whoever sends rubbish costs no more calls. */
const DOUBTED_MILLISECONDS = 30_000;

/**
 * The text of a secret, kept for five minutes in this process.
 *
 * @param doubted  something does not fit it: half a minute is enough
 * @throws InvalidInputError  when it holds bytes
 */
export async function secretText(clients: Clients, arn: string, now: Date, doubted = false): Promise<string> {
  const known = kept(clients).get(arn);
  const sparedMs = doubted ? KEPT_MILLISECONDS - DOUBTED_MILLISECONDS : 0;
  if (known !== undefined && now.getTime() < known.untilMs - sparedMs) return known.text;
  const answer = await awsCall('secretsmanager:GetSecretValue', () =>
    secretsClient(clients).send(new GetSecretValueCommand({ SecretId: arn })),
  );
  if (answer.SecretString === undefined) {
    throw new InvalidInputError(`The secret ${arn} holds bytes; store it as text.`);
  }
  kept(clients).set(arn, { text: answer.SecretString, untilMs: now.getTime() + KEPT_MILLISECONDS });
  return answer.SecretString;
}

/** Reads a secret anew at its next use: the one that is kept was refused. */
export function forgetSecret(clients: Clients, arn: string): void {
  kept(clients).delete(arn);
}
