import { DescribeInstanceTypeOfferingsCommand } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { awsCall, ServiceUnavailableError } from './failures.ts';
import { ec2Client } from './instances.ts';
import { askedOnceADay, type MarketCache } from './market-cache.ts';

/** About six zones of a thousand types each. */
const PAGE = 1000;
const PAGES_MAX = 30;

const TypesByZone = z.record(z.string(), z.array(z.string()));
type TypesByZone = z.infer<typeof TypesByZone>;

/**
 * Which instance types EC2 offers in each zone of the clients' region, those of the catalogue alone.
 *
 * @returns no types when it is not to be had; the note says where they come from
 */
export async function zoneOfferings(
  cache: MarketCache,
): Promise<{ typesByZone: TypesByZone | undefined; note: string }> {
  const { region } = cache.clients;
  const { value, origin } = await askedOnceADay(cache, `offerings-${region}`, TypesByZone, () =>
    readOfferings(cache),
  );
  const otherwise = value === undefined ? '; every type counts as offered in every zone' : '';
  return { typesByZone: value, note: `Types offered in zones of ${region}: ${origin}${otherwise}.` };
}

async function readOfferings({ clients }: MarketCache): Promise<TypesByZone> {
  const offered: TypesByZone = {};
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await awsCall('ec2:DescribeInstanceTypeOfferings', () =>
      ec2Client(clients).send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: 'availability-zone',
          MaxResults: PAGE,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    for (const { InstanceType: type, Location: zone } of answer.InstanceTypeOfferings ?? []) {
      if (type === undefined || zone === undefined || instanceTypeByName(type) === undefined) continue;
      (offered[zone] ??= []).push(type);
    }
    token = answer.NextToken === '' ? undefined : answer.NextToken;
    if (token === undefined) return offered;
  }
  throw new ServiceUnavailableError(
    `ec2:DescribeInstanceTypeOfferings: the list did not end within ${PAGES_MAX} pages of ${PAGE}.`,
  );
}
