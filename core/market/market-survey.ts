import type { InstanceType, Market, ReclaimRecord, RegionalRates } from '../contracts/market.ts';
import { secondsBetween, SECONDS_PER_HOUR } from '../units.ts';
import type { Job } from '../contracts/job.ts';
import type { TeamPrices } from '../contracts/team-prices.ts';
import type { PlacementScores } from './placement-palette.ts';
import type { PriceTrack } from './price-track.ts';

/** What a market is put together from. */
export interface MarketSurvey {
  readonly region: string;
  /** availability zones in which the fleet could stand */
  readonly zones: readonly string[];
  /** ISO 8601 instant of the survey */
  readonly at: string;
  readonly source: Market['source'];
  /** types a fleet could hold, with their list prices */
  readonly types: readonly InstanceType[];
  /** spot prices of pools, with as much of their past as is known */
  readonly priceTracks: readonly PriceTrack[];
  /** ISO 8601: up to when EC2 was asked for prices; absent where they come from a file or from nowhere */
  readonly pricesReadAt?: string | undefined;
  /** how long the run may last, hours: over so long prices are looked ahead */
  readonly windowHours?: number | undefined;
  /** what this team pays by type, in place of the list price */
  readonly onDemandUsdPerHour?: Readonly<Record<string, number>> | undefined;
  /** EMR's fee by type from a price list, in place of the catalogue's */
  readonly emrFeeUsdPerHour?: Readonly<Record<string, number>> | undefined;
  /** types offered in a zone; a zone that is not listed offers all */
  readonly typesByZone?: Readonly<Record<string, readonly string[]>> | undefined;
  /** the release whose types EMR itself listed */
  readonly typesOfRelease?: string | undefined;
  /** how likely spot is to be had, by kind and zone id */
  readonly placementScores?: PlacementScores | undefined;
  /** what the team pays in place of list prices; absent: list prices */
  readonly teamPrices?: TeamPrices | undefined;
  /** the job's fleet of today: what commitments have to cover; absent: they cover any fleet */
  readonly baseline?: Job['baseline'];
  /** disks and EMR Serverless in the region; absent: as in us-east-1 */
  readonly rates?: RegionalRates | undefined;
  /** where the lists come from */
  readonly notes?: readonly string[] | undefined;
  readonly reclaims: readonly ReclaimRecord[];
  /** vCPUs the account may run; null where it was not asked */
  readonly quotas?: { readonly onDemandVcpus: number | null; readonly spotVcpus: number | null } | undefined;
  /** false: the job takes no spot, so missing spot prices are nothing to mention */
  readonly wantSpot: boolean;
}

/** Prices are looked ahead for an hour at least, and for a day at most: no run that pays takes longer. */
const WINDOW_HOURS = { least: 1, most: 24 } as const;

/**
 * Over how long prices are looked ahead: until the deadline, by which a run wants to have ended.
 *
 * @param at  ISO 8601 instant of the survey
 * @returns hours
 */
export function windowHours(deadlineAt: string, at: string): number {
  const hours = secondsBetween(at, deadlineAt) / SECONDS_PER_HOUR;
  return Math.min(Math.max(hours, WINDOW_HOURS.least), WINDOW_HOURS.most);
}
