import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { RetryableError, TerminalError } from '../../core/errors.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall } from './failures.ts';
import { sdkClient } from './settings.ts';

const stsClient = oncePerClients((clients) => sdkClient(clients, STSClient));

/**
 * Who calls, as AWS knows them: a user, or the session of a role. It needs no permission.
 *
 * @returns the ARN; null when AWS does not say: what people set must not wait for that
 */
export async function callerArn(clients: Clients): Promise<string | null> {
  try {
    const answer = await awsCall('sts:GetCallerIdentity', () =>
      stsClient(clients).send(new GetCallerIdentityCommand({})),
    );
    return answer.Arn ?? null;
  } catch (error) {
    if (error instanceof RetryableError || error instanceof TerminalError) return null;
    throw error;
  }
}
