import { GetSpotPlacementScoresCommand } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import type { InstanceType } from '../../core/contracts/market.ts';
import {
  PALETTE_VCPUS,
  paletteOf,
  PALETTES,
  type PlacementScores,
} from '../../core/market/placement-palette.ts';
import { SECONDS_PER_HOUR } from '../../core/units.ts';
import { awsCall } from './failures.ts';
import { ec2Client } from './instances.ts';
import { askedWithin, type MarketCache } from './market-cache.ts';

/** Capacity moves within hours; with six questions that is at most 36 calls a day and region. */
const AGE_MOST_SECONDS = 4 * SECONDS_PER_HOUR;

const ByZoneId = z.record(z.string(), z.number().int().min(1).max(10));

/**
 * How likely spot is to be had in each zone, for the few kinds of instances that a job may use.
 *
 * @returns scores by kind and zone id, without the kinds that are not to be had; a note about those
 */
export async function placementScores(
  cache: MarketCache,
  types: readonly InstanceType[],
): Promise<{ scores: PlacementScores; notes: string[] }> {
  const wanted = new Set(types.flatMap((type) => paletteOf(type)?.name ?? []));
  const scores: Record<string, Record<string, number>> = {};
  const notes: string[] = [];
  for (const { name, instanceTypes } of PALETTES) {
    if (!wanted.has(name)) continue;
    const kept = `placement-scores-${cache.clients.region}-${name}`;
    const { value, origin } = await askedWithin(AGE_MOST_SECONDS, cache, kept, ByZoneId, () =>
      readScores(cache, instanceTypes),
    );
    if (value !== undefined) scores[name] = value;
    else notes.push(`Placement scores of ${name}: ${origin}.`);
  }
  return { scores, notes };
}

async function readScores({ clients }: MarketCache, instanceTypes: readonly string[]) {
  const answer = await awsCall('ec2:GetSpotPlacementScores', () =>
    ec2Client(clients).send(
      new GetSpotPlacementScoresCommand({
        InstanceTypes: [...instanceTypes],
        TargetCapacity: PALETTE_VCPUS,
        TargetCapacityUnitType: 'vcpu',
        SingleAvailabilityZone: true,
        RegionNames: [clients.region],
      }),
    ),
  );
  return Object.fromEntries(
    (answer.SpotPlacementScores ?? []).flatMap(({ AvailabilityZoneId: zoneId, Score: score }) =>
      zoneId === undefined || score === undefined ? [] : [[zoneId, score] as const],
    ),
  );
}
