import { ListSupportedInstanceTypesCommand } from '@aws-sdk/client-emr';
import * as z from 'zod';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { SECONDS_PER_DAY } from '../../core/units.ts';
import { emrClient } from './clusters.ts';
import { awsCall, ServiceUnavailableError } from './failures.ts';
import { askedWithin, type MarketCache } from './market-cache.ts';

/** What a release supports grows now and then, as new types come out. */
const AGE_MOST_SECONDS = 7 * SECONDS_PER_DAY;
const PAGES_MAX = 40;

const Names = z.array(z.string());

/**
 * The instance types that EMR supports with a release in the clients' region, those of the catalogue alone.
 *
 * @param release  e.g. `emr-7.9.0`
 * @returns undefined when the list is not to be had; the note says what then stands in
 */
export async function supportedTypes(
  cache: MarketCache,
  release: string,
): Promise<{ names: ReadonlySet<string> | undefined; note: string }> {
  const { region } = cache.clients;
  const name = `emr-types-${region}-${release}`;
  const { value, origin } = await askedWithin(AGE_MOST_SECONDS, cache, name, Names, () =>
    readTypes(cache, release),
  );
  const otherwise = value === undefined ? '; the families that EMR is known to support stand in' : '';
  return {
    names: value === undefined ? undefined : new Set(value),
    note: `Types that ${release} supports in ${region}: ${origin}${otherwise}.`,
  };
}

async function readTypes({ clients }: MarketCache, release: string): Promise<string[]> {
  const names: string[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await awsCall('elasticmapreduce:ListSupportedInstanceTypes', () =>
      emrClient(clients).send(
        new ListSupportedInstanceTypesCommand({
          ReleaseLabel: release,
          ...(marker === undefined ? {} : { Marker: marker }),
        }),
      ),
    );
    for (const { Type: type } of answer.SupportedInstanceTypes ?? []) {
      if (type !== undefined && instanceTypeByName(type) !== undefined) names.push(type);
    }
    marker = answer.Marker === '' ? undefined : answer.Marker;
    if (marker === undefined) return knownOnly(names, release);
  }
  throw new ServiceUnavailableError(
    `elasticmapreduce:ListSupportedInstanceTypes: the list of ${release} did not end within ${PAGES_MAX} pages.`,
  );
}

function knownOnly(names: string[], release: string): string[] {
  if (names.length > 0) return names;
  throw new ServiceUnavailableError(
    `elasticmapreduce:ListSupportedInstanceTypes: the list of ${release} has no type that we know.`,
  );
}
