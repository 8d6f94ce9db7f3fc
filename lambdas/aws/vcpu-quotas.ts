import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCallOr } from './failures.ts';
import { sdkClient } from './settings.ts';

const quotasClient = oncePerClients((clients) => sdkClient(clients, ServiceQuotasClient));

/** Codes of EC2's vCPU quotas, by kind of instance and purchase option. */
const QUOTA_CODES = {
  standard: { onDemand: 'L-1216C47A', spot: 'L-34B43A08' },
  gpu: { onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
} as const;

/**
 * How many vCPUs the account may run at once.
 *
 * @returns null where Service Quotas knows no value of its own for the account
 */
export async function vcpuQuotas(
  clients: Clients,
  kind: keyof typeof QUOTA_CODES,
): Promise<{ onDemandVcpus: number | null; spotVcpus: number | null }> {
  const codes = QUOTA_CODES[kind];
  return {
    onDemandVcpus: await quota(clients, codes.onDemand),
    spotVcpus: await quota(clients, codes.spot),
  };
}

async function quota(clients: Clients, code: string): Promise<number | null> {
  return awsCallOr('servicequotas:GetServiceQuota', 'NoSuchResourceException', null, async () => {
    const answer = await quotasClient(clients).send(
      new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: code }),
    );
    const value = answer.Quota?.Value;
    return value === undefined ? null : Math.floor(value);
  });
}
