import * as z from 'zod';
import { AwsFailure, operation, type Kernel, type SimulatedService } from '../contracts.ts';
import { known } from './known.ts';

interface VcpuQuotas {
  /** vCPUs of running on-demand standard instances (A, C, D, H, I, M, R, T, Z) */
  readonly onDemandVcpus: number;
  /** vCPUs of all standard spot requests */
  readonly spotVcpus: number;
}

const QuotaRequest = z.strictObject({ ServiceCode: z.string(), QuotaCode: z.string() });

/** Service Quotas: the two limits of EC2 that a fleet runs into, as the world sets them. */
export function createServiceQuotasService(kernel: Kernel, quotas: VcpuQuotas): SimulatedService {
  const limits = new Map([
    [
      'L-1216C47A',
      {
        name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
        value: quotas.onDemandVcpus,
      },
    ],
    [
      'L-34B43A08',
      { name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests', value: quotas.spotVcpus },
    ],
  ]);
  const arnOf = ({ ServiceCode, QuotaCode }: z.output<typeof QuotaRequest>) =>
    `arn:aws:servicequotas:${kernel.region}:${kernel.accountId}:${ServiceCode}/${QuotaCode}`;
  return {
    name: 'service-quotas',
    operations: {
      GetServiceQuota: operation(known('service-quotas GetServiceQuota', QuotaRequest), {
        permissions: () => [{ action: 'servicequotas:GetServiceQuota', resource: '*' }],
        run(input) {
          const quota = input.ServiceCode === 'ec2' ? limits.get(input.QuotaCode) : undefined;
          if (quota === undefined) {
            throw new AwsFailure(
              'NoSuchResourceException',
              'The request failed because the specified quota does not exist.',
            );
          }
          return {
            Quota: {
              ServiceCode: 'ec2',
              ServiceName: 'Amazon Elastic Compute Cloud (Amazon EC2)',
              QuotaArn: arnOf(input),
              QuotaCode: input.QuotaCode,
              QuotaName: quota.name,
              Value: quota.value,
              Unit: 'None',
              Adjustable: true,
              GlobalQuota: false,
            },
          };
        },
      }),
    },
  };
}
