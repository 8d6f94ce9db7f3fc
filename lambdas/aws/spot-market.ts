import { DescribeSpotPriceHistoryCommand, type SpotPrice as Row } from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { readSpotPriceHistory, type SpotPrice } from '../../core/market/spot-price-history.ts';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_DAY } from '../../core/units.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall, awsCallOr } from './failures.ts';
import { ec2Client } from './instances.ts';
import { sdkClient } from './settings.ts';

const quotasClient = oncePerClients((clients) => sdkClient(clients, ServiceQuotasClient));

/** Prices change a few times a day: this many show the usual swings, and stay a handful of pages. */
const HISTORY_DAYS = 2;
const TYPES_A_CALL = 100;
const PAGES_MAX = 60;

/**
 * Spot prices of the last days, Linux only.
 *
 * @param zones  availability zones, e.g. `us-east-1a`
 * @returns oldest first; empty when EC2 knows none
 */
export async function spotPrices(
  clients: Clients,
  instanceTypes: readonly string[],
  zones: readonly string[],
  now: Date,
): Promise<SpotPrice[]> {
  const rows: Row[] = [];
  for (let first = 0; first < instanceTypes.length; first += TYPES_A_CALL) {
    rows.push(...(await pricesOf(clients, instanceTypes.slice(first, first + TYPES_A_CALL), zones, now)));
  }
  return rows.length === 0 ? [] : readSpotPriceHistory({ SpotPriceHistory: rows }, clients.region);
}

async function pricesOf(
  clients: Clients,
  types: string[],
  zones: readonly string[],
  now: Date,
): Promise<Row[]> {
  const rows: Row[] = [];
  const since = now.getTime() - HISTORY_DAYS * SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await awsCall('ec2:DescribeSpotPriceHistory', () =>
      ec2Client(clients).send(
        new DescribeSpotPriceHistoryCommand({
          // The SDK's types are a union of the names it knew when it was built; EC2 takes any.
          Filters: [
            { Name: 'instance-type', Values: types },
            { Name: 'availability-zone', Values: [...zones] },
          ],
          ProductDescriptions: ['Linux/UNIX'],
          StartTime: new Date(since),
          EndTime: now,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    rows.push(...(answer.SpotPriceHistory ?? []));
    token = answer.NextToken === '' ? undefined : answer.NextToken;
    if (token === undefined) break;
  }
  return rows;
}

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
