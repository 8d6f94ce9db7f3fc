/** Unmodified SDK clients pointed at a simulated account, on either transport. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EMRClient } from '@aws-sdk/client-emr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PricingClient } from '@aws-sdk/client-pricing';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished } from 'vitest';
import { createKernel, type KernelHost } from '../../../simulator/kernel/index.ts';
import { ROOT_ACCESS_KEY_ID } from '../../../simulator/kernel/access-keys.ts';
import { createInProcessRequestHandler } from '../../../simulator/protocols/in-process.ts';
import { startLoopback } from '../../../simulator/protocols/loopback.ts';
import type { SimulatedService } from '../../../simulator/contracts.ts';

export type Transport = 'in-process' | 'loopback';
export const TRANSPORTS: readonly Transport[] = ['in-process', 'loopback'];

export interface Account {
  kernel: KernelHost;
  clients: ReturnType<typeof clientsWith>;
  close(): Promise<void>;
}

export function clientsWith(options: Record<string, unknown>) {
  return {
    cloudwatch: new CloudWatchClient(options),
    dynamodb: new DynamoDBClient(options),
    ec2: new EC2Client(options),
    emr: new EMRClient(options),
    eventbridge: new EventBridgeClient(options),
    lambda: new LambdaClient(options),
    pricing: new PricingClient(options),
    s3: new S3Client(options),
    scheduler: new SchedulerClient(options),
    secrets: new SecretsManagerClient(options),
    quotas: new ServiceQuotasClient(options),
    sfn: new SFNClient(options),
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
  };
}

export async function openAccount(
  transport: Transport,
  services: readonly SimulatedService[],
  options: Partial<Parameters<typeof createKernel>[0]> = {},
  accessKeyId: string | ((kernel: KernelHost) => string) = ROOT_ACCESS_KEY_ID,
): Promise<Account> {
  const kernel = createKernel({ seed: 1, startAtMs: Date.UTC(2026, 0, 5), ...options });
  kernel.register(...services);
  const key = typeof accessKeyId === 'string' ? accessKeyId : accessKeyId(kernel);
  const base = { region: 'us-east-1', credentials: { accessKeyId: key, secretAccessKey: 'secret' } };
  if (transport === 'in-process') {
    const clients = clientsWith({ ...base, requestHandler: createInProcessRequestHandler(kernel) });
    return { kernel, clients, close: async () => undefined };
  }
  const server = await startLoopback(kernel);
  const clients = clientsWith({ ...base, endpoint: server.url });
  return {
    kernel,
    clients,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await server.close();
    },
  };
}

/** A service that remembers its inputs and answers what it is told. */
export function answering(name: string, answers: Record<string, (input: never) => unknown>) {
  const inputs: unknown[] = [];
  const service: SimulatedService = {
    name,
    operations: Object.fromEntries(
      Object.entries(answers).map(([operation, answer]) => [
        operation,
        {
          permissions: () => [],
          run: (input: unknown) => {
            inputs.push(input);
            return answer(input as never);
          },
        },
      ]),
    ),
  };
  return { service, inputs };
}

/** An account for one test: closed after it, and nothing unknown may have been asked of it. */
export async function openForTest(
  transport: Transport,
  services: readonly ReturnType<typeof answering>[],
): Promise<Account> {
  const account = await openAccount(
    transport,
    services.map(({ service }) => service),
  );
  onTestFinished(async () => {
    await account.close();
    expect(account.kernel.violations).toEqual([]);
  });
  return account;
}
