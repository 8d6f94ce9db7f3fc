import * as z from 'zod';
import { PurchaseOption } from '../contracts/fleet-plan.ts';
import type { Market, Pool } from '../contracts/market.ts';
import { Instant } from '../contracts/quantities.ts';
import { afterSeconds, epochMilliseconds, SECONDS_PER_MINUTE } from '../units.ts';
import { minuteText } from '../units-text.ts';

/** What an attempt met in one pool, bought one way. */
export interface PoolOutcome {
  readonly instanceType: string;
  readonly zone: string;
  readonly purchase: z.infer<typeof PurchaseOption>;
  /** it gave what was asked for; false: it had no capacity */
  readonly gave: boolean;
  /** when the last of what it gave came, ISO 8601; absent: not known */
  readonly gaveAt?: string;
  /** it had capacity, and took it back */
  readonly tookBack?: true;
}

/** A pool that lacked capacity or took it back, as the market remembers it. One that never did has none. */
export const PoolBreaker = z.object({
  instanceType: z.string(),
  zone: z.string(),
  purchase: PurchaseOption,
  /** attempts in a row that found no capacity; 0: closed */
  failures: z.number().int().nonnegative(),
  openedAt: Instant,
  /** not asked until then; from then on half open */
  openUntil: Instant,
  /** the attempt, or the incident's response, that was counted last: counted once, however often it is collected */
  lastAttempt: z.string(),
  /** it gave machines and took them back; absent: it had none */
  tookBack: z.literal(true).optional(),
});
export type PoolBreaker = z.infer<typeof PoolBreaker>;

type BreakerState = 'closed' | 'open' | 'half-open';

const FIRST_OPEN_SECONDS = 30 * SECONDS_PER_MINUTE;
const MOST_OPEN_SECONDS = 12 * 60 * SECONDS_PER_MINUTE;
/** A half-open pool may hold this share of a fleet's capacity on spot: enough to learn whether it gives again. */
const TRIAL_SHARE = 0.25;
const NOTES_MAX = 8;

/**
 * The breaker after an attempt: one more failure opens it for 30 minutes, doubled with each in a row up to 12 hours;
 * capacity that was given since it opened closes it.
 *
 * @param attempt  names the attempt, so that counting it again changes nothing
 * @param at  ISO 8601 instant
 * @returns null when there is nothing to write down
 * @see Nygard, Release It!, 2nd edition 2018, "Circuit Breaker"
 */
export function afterOutcome(
  known: PoolBreaker | null,
  { gave, gaveAt, ...pool }: PoolOutcome,
  attempt: string,
  at: string,
): PoolBreaker | null {
  if (known?.lastAttempt === attempt) return null;
  if (gave) {
    if (known === null || known.failures === 0) return null;
    // what came before says nothing of the time since
    if (gaveAt !== undefined && gaveAt < known.openedAt) return null;
    return { ...known, failures: 0, openUntil: at, lastAttempt: attempt };
  }
  const failures = (known?.failures ?? 0) + 1;
  const openSeconds = Math.min(FIRST_OPEN_SECONDS * 2 ** (failures - 1), MOST_OPEN_SECONDS);
  const openUntil = afterSeconds(at, openSeconds);
  return { ...pool, failures, openedAt: at, openUntil, lastAttempt: attempt };
}

export function breakerState({ failures, openUntil }: PoolBreaker, now: string): BreakerState {
  if (failures === 0) return 'closed';
  return epochMilliseconds(now) < epochMilliseconds(openUntil) ? 'open' : 'half-open';
}

/**
 * The market without the pools that lacked capacity lately: an open one is left out, or not bought on spot, and a
 * half-open one may hold a share on spot. Where too little would be left, those that opened longest ago stay.
 *
 * @param isEnough  whether a fleet for the job can be built from these pools
 * @param now  ISO 8601 instant
 */
export function withoutOpenPools(
  market: Market,
  breakers: readonly PoolBreaker[],
  isEnough: (pools: readonly Pool[]) => boolean,
  now: string,
): Market {
  const known = new Map(breakers.map((breaker) => [keyOf(breaker), breaker]));
  const offered = new Set(
    market.pools.flatMap(({ instanceType: { name: instanceType }, zone }) =>
      PurchaseOption.options.map((purchase) => keyOf({ instanceType, zone, purchase })),
    ),
  );
  const tripped = breakers.filter(
    (breaker) => offered.has(keyOf(breaker)) && breakerState(breaker, now) !== 'closed',
  );
  if (tripped.length === 0) return market;
  let open = tripped
    .filter((breaker) => breakerState(breaker, now) === 'open')
    .sort((one, other) => epochMilliseconds(other.openedAt) - epochMilliseconds(one.openedAt));
  const kept: PoolBreaker[] = [];
  let pools = poolsLeft(market.pools, open, known, now);
  while (!isEnough(pools)) {
    // the last one opened longest ago
    const stays = open.at(-1);
    if (stays === undefined) break;
    open = open.slice(0, -1);
    kept.push(stays);
    pools = poolsLeft(market.pools, open, known, now);
  }
  return { ...market, pools: [...pools], notes: [...market.notes, ...notesOn(tripped, open, kept, now)] };
}

function poolsLeft(
  pools: readonly Pool[],
  open: readonly PoolBreaker[],
  known: ReadonlyMap<string, PoolBreaker>,
  now: string,
): Pool[] {
  const closedOff = new Set(open.map(keyOf));
  return pools.flatMap((pool) => {
    const { zone } = pool;
    const instanceType = pool.instanceType.name;
    if (closedOff.has(keyOf({ instanceType, zone, purchase: 'on-demand' }))) return [];
    const onSpot = keyOf({ instanceType, zone, purchase: 'spot' });
    if (closedOff.has(onSpot)) return [{ ...pool, spotUsdPerHour: null, spotHighUsdPerHour: null }];
    const breaker = known.get(onSpot);
    const trial = breaker !== undefined && breakerState(breaker, now) === 'half-open';
    return [trial ? { ...pool, spotShareMost: Math.min(TRIAL_SHARE, pool.spotShareMost ?? 1) } : pool];
  });
}

function notesOn(
  tripped: readonly PoolBreaker[],
  open: readonly PoolBreaker[],
  kept: readonly PoolBreaker[],
  now: string,
): string[] {
  const name = ({ instanceType, zone, purchase }: PoolBreaker) =>
    `${instanceType} in ${zone} ${purchase === 'spot' ? 'on spot' : 'on demand'}`;
  const why = ({ failures, tookBack }: PoolBreaker) => {
    if (tookBack === true) return 'it took its machines back';
    return `${failures === 1 ? 'the last attempt' : `${failures} attempts in a row`} found no capacity there`;
  };
  const notes = [
    ...open.map(
      (breaker) =>
        `${name(breaker)} is not asked for until ${minuteText(breaker.openUntil)} UTC: ${why(breaker)}.`,
    ),
    ...tripped
      .filter((breaker) => breakerState(breaker, now) === 'half-open' && breaker.purchase === 'spot')
      .map(
        (breaker) =>
          `${name(breaker)} is tried again, with at most ${TRIAL_SHARE * 100} % of the capacity: ${why(breaker)}.`,
      ),
    ...kept.map((breaker) => `${name(breaker)} stays although ${why(breaker)}: too little else is left.`),
  ];
  const more = notes.length - NOTES_MAX;
  return more > 0
    ? [...notes.slice(0, NOTES_MAX), `${more} more pools lacked capacity lately and are treated alike.`]
    : notes;
}

function keyOf({ instanceType, zone, purchase }: Pick<PoolBreaker, 'instanceType' | 'zone' | 'purchase'>) {
  return `${instanceType}@${zone}@${purchase}`;
}
