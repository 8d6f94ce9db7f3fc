/**
 * What Amazon EMR adds to an instance, in USD per hour, us-east-1, clusters on EC2. It is charged per second
 * with one minute at least, and does not fall with spot.
 *
 * It stands in where the AWS price list is not to be had. Source: the EC2 tables of Amazon EMR's pricing page
 * (aws.amazon.com/emr/pricing). There the common families cost a quarter of on-demand, rounded to a tenth of a
 * cent, and never more than 0.27. Some rows of m5, c5 and r5 and the cap of m5.12xlarge were compared with third
 * parties' copies of that table on 2026-11-23; the rows of m4, c4 and r4 were not re-read. No copy was found that
 * tells whether, or at what, other families are capped: they are estimated at a quarter of on-demand whatever
 * their size, which may be far above the fee of the largest, and say that they are estimates.
 */
import type { InstanceType } from '../contracts/market.ts';

const SHARE_OF_ON_DEMAND = 0.25;
const CAP_USD_PER_HOUR = 0.27;

/** Families whose larger sizes all cost the same capped fee. */
const CAPPED_FAMILIES: ReadonlySet<string> = new Set(['m5', 'c5', 'r5', 'i3']);

/** The previous generation, by type: rounded differently by AWS, so listed one by one. */
const LISTED_USD_PER_HOUR: Readonly<Record<string, number>> = {
  'm4.large': 0.03,
  'm4.xlarge': 0.06,
  'm4.2xlarge': 0.12,
  'm4.4xlarge': 0.24,
  'm4.10xlarge': 0.27,
  'm4.16xlarge': 0.27,
  'c4.large': 0.026,
  'c4.xlarge': 0.052,
  'c4.2xlarge': 0.105,
  'c4.4xlarge': 0.21,
  'c4.8xlarge': 0.27,
  'r4.xlarge': 0.067,
  'r4.2xlarge': 0.133,
  'r4.4xlarge': 0.266,
  'r4.8xlarge': 0.27,
  'r4.16xlarge': 0.27,
};

/**
 * The EMR fee of an instance type.
 *
 * @returns USD per instance-hour; `estimated` when the type is not in the table
 */
export function emrFee(type: Pick<InstanceType, 'name' | 'family' | 'onDemandUsdPerHour'>): {
  usdPerHour: number;
  estimated: boolean;
} {
  const listed = LISTED_USD_PER_HOUR[type.name];
  if (listed !== undefined) return { usdPerHour: listed, estimated: false };
  const quarter = type.onDemandUsdPerHour * SHARE_OF_ON_DEMAND;
  if (!CAPPED_FAMILIES.has(type.family)) return { usdPerHour: quarter, estimated: true };
  const rounded = Math.round((quarter + Number.EPSILON) * 1000) / 1000;
  return { usdPerHour: Math.min(rounded, CAP_USD_PER_HOUR), estimated: false };
}
