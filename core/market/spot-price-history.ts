import * as z from 'zod';
import { TerminalError } from '../errors.ts';
import { isoInstant } from '../units.ts';

/** One price of one pool, from its instant until the next one of the same pool. */
export interface SpotPrice {
  readonly instanceType: string;
  readonly zone: string;
  /** e.g. `use1-az1`; absent where EC2 gave none */
  readonly zoneId?: string | undefined;
  readonly usdPerHour: number;
  /** ISO 8601 */
  readonly at: string;
}

/** Thrown when a file or answer with spot prices cannot be used: its shape, its region or its product is wrong. */
class SpotPriceHistoryError extends TerminalError {
  override readonly name = 'SpotPriceHistoryError';
}

const LINUX_PRODUCTS: ReadonlySet<string> = new Set(['Linux/UNIX', 'Linux/UNIX (Amazon VPC)']);
const MOST_SHOWN = 60;
const HOW_TO =
  'expected what "aws ec2 describe-spot-price-history --product-descriptions Linux/UNIX" prints: {"SpotPriceHistory": [...]}';

/** Dearer than any instance. */
const MOST_USD_PER_HOUR = 10_000;
const NO_PRICE = `allowed: a price above 0, at most ${MOST_USD_PER_HOUR} USD an hour`;

/** The command line prints prices and instants as text, the SDK hands over Date objects. */
const PriceRow = z.object({
  AvailabilityZone: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d.*$/, { error: 'not an availability zone' }),
  AvailabilityZoneId: z.string().min(1).optional(),
  InstanceType: z.string().min(1),
  ProductDescription: z.string(),
  SpotPrice: z.coerce
    .number({ error: NO_PRICE })
    .positive({ error: NO_PRICE })
    .max(MOST_USD_PER_HOUR, { error: NO_PRICE }),
  Timestamp: z.union([z.date(), z.string().pipe(z.coerce.date({ error: 'not an instant' }))]),
});
const History = z.object({ SpotPriceHistory: z.array(PriceRow) });

/**
 * Reads spot prices as `aws ec2 describe-spot-price-history` prints them. Prices of local zones and of other
 * products than Linux are left out.
 *
 * @param expectedRegion  region the prices must be of, e.g. `us-east-1`
 * @returns prices, oldest first
 * @throws SpotPriceHistoryError  when the shape is another, nothing is there, or region or product are wrong
 */
export function readSpotPriceHistory(json: unknown, expectedRegion: string): SpotPrice[] {
  const parsed = History.safeParse(json);
  if (!parsed.success) throw new SpotPriceHistoryError(describeFault(parsed.error, json));
  const rows = parsed.data.SpotPriceHistory;
  if (rows.length === 0) {
    throw new SpotPriceHistoryError(
      `The spot price history holds no prices; ${HOW_TO} with at least one entry.`,
    );
  }
  const otherRegions = new Set(
    rows.map((row) => regionOf(row.AvailabilityZone)).filter((region) => region !== expectedRegion),
  );
  if (otherRegions.size > 0) {
    throw new SpotPriceHistoryError(
      `The spot price history is of ${[...otherRegions].sort().join(', ')}, expected only ${expectedRegion}: ` +
        `fetch it with "--region ${expectedRegion}", or plan for the other region.`,
    );
  }
  const linux = rows.filter((row) => LINUX_PRODUCTS.has(row.ProductDescription));
  if (linux.length === 0) {
    const found = [...new Set(rows.map((row) => row.ProductDescription))].sort().join(', ');
    throw new SpotPriceHistoryError(
      `The spot price history is of product ${found}, EMR runs Linux: fetch it with "--product-descriptions Linux/UNIX".`,
    );
  }
  return linux
    .filter((row) => isPlainZone(row.AvailabilityZone, expectedRegion))
    .map((row) => ({
      instanceType: row.InstanceType,
      zone: row.AvailabilityZone,
      zoneId: row.AvailabilityZoneId,
      usdPerHour: row.SpotPrice,
      at: isoInstant(row.Timestamp.getTime()),
    }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** `us-east-1` of `us-east-1a` and of the local zone `us-east-1-bos-1a`. */
function regionOf(zone: string): string {
  return /^[a-z]{2}(?:-[a-z]+)+-\d/.exec(zone)?.[0] ?? zone;
}

function isPlainZone(zone: string, region: string): boolean {
  return zone.length === region.length + 1;
}

function describeFault(error: z.ZodError, json: unknown): string {
  const first = error.issues[0];
  const where = first === undefined || first.path.length === 0 ? 'its top level' : first.path.join('.');
  const found = foundText(valueIn(json, first?.path ?? []));
  return `The spot price history cannot be read at ${where}: found ${found}, ${first?.message ?? 'unknown shape'}; ${HOW_TO}.`;
}

function valueIn(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === String(key))?.[1]
        : undefined,
    json,
  );
}

function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value).slice(0, MOST_SHOWN);
}
