/** Pools that lacked capacity are left alone for a while, and tried again with a share. */
import { describe, expect, it } from 'vitest';
import {
  afterOutcome,
  breakerState,
  withoutOpenPools,
  type PoolBreaker,
  type PoolOutcome,
} from '../../../core/market/pool-breaker.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { marketOf, minutesFromNow, modelOf, now, requestOf } from '../sizing/cases.ts';

const pool = { instanceType: 'm5.xlarge', zone: 'us-east-1a', purchase: 'spot' } as const;
const lacked: PoolOutcome = { ...pool, gave: false };
const gave: PoolOutcome = { ...pool, gave: true };
const openFor = (failures: number): number => {
  let breaker: PoolBreaker | null = null;
  for (let i = 1; i <= failures; i += 1) breaker = afterOutcome(breaker, lacked, `run#${i}`, now);
  return (Date.parse(breaker!.openUntil) - Date.parse(now)) / 60_000;
};

describe('the breaker of a pool', () => {
  it('opens for half an hour, doubled with each failure in a row, for twelve hours at most', () => {
    expect([1, 2, 3, 4, 5, 6, 9].map(openFor)).toEqual([30, 60, 120, 240, 480, 720, 720]);
  });

  it('is half open after that time, and closed by one success', () => {
    const open = afterOutcome(null, lacked, 'run#1', now)!;
    expect(breakerState(open, minutesFromNow(29))).toBe('open');
    expect(breakerState(open, minutesFromNow(31))).toBe('half-open');
    const closed = afterOutcome(open, gave, 'run#2', minutesFromNow(60))!;
    expect(breakerState(closed, minutesFromNow(60))).toBe('closed');
    expect(afterOutcome(closed, lacked, 'run#3', now)).toMatchObject({ failures: 1 });
  });

  it('is not closed by machines that came before it opened', () => {
    const open = afterOutcome(null, lacked, 'run#1', now)!;
    const cameAt = (minutes: number) => ({ ...gave, gaveAt: minutesFromNow(minutes) });
    expect(afterOutcome(open, cameAt(-10), 'run#2', minutesFromNow(20))).toBeNull();
    expect(afterOutcome(open, cameAt(10), 'run#2', minutesFromNow(20))).toMatchObject({ failures: 0 });
  });

  it('counts an attempt once, and forgets nothing that it need not write', () => {
    const open = afterOutcome(null, lacked, 'run#1', now);
    expect(afterOutcome(open, lacked, 'run#1', minutesFromNow(5))).toBeNull();
    expect(afterOutcome(null, gave, 'run#1', now)).toBeNull();
  });
});

describe('a market with open pools', () => {
  const market = marketOf(['m5']);
  const enough = (pools: readonly unknown[]): boolean => pools.length > 0;
  const breakerOf = (over: Partial<PoolBreaker> = {}): PoolBreaker => ({
    ...afterOutcome(null, lacked, 'run#1', now)!,
    ...over,
  });
  const find = (pools: typeof market.pools) =>
    pools.find(({ instanceType, zone }) => instanceType.name === pool.instanceType && zone === pool.zone);

  it('does not buy them on spot, leaves them out on demand, and says until when and why', () => {
    const spot = withoutOpenPools(market, [breakerOf()], enough, minutesFromNow(1));
    expect(find(spot.pools)).toMatchObject({ spotUsdPerHour: null });
    expect(spot.notes.at(-1)).toBe(
      'm5.xlarge in us-east-1a on spot is not asked for until 2026-01-05 02:30 UTC: the last attempt found no capacity there.',
    );
    const onDemand = withoutOpenPools(market, [breakerOf({ purchase: 'on-demand' })], enough, now);
    expect(find(onDemand.pools)).toBeUndefined();
    expect(onDemand.pools).toHaveLength(market.pools.length - 1);
  });

  it('says of a pool that took machines back that it did, not that it had none', () => {
    const left = withoutOpenPools(market, [breakerOf({ tookBack: true })], enough, minutesFromNow(1));
    expect(left.notes.at(-1)).toMatch(/is not asked for until .*: it took its machines back\.$/);
  });

  it('lets half-open ones have a share, which no plan exceeds', () => {
    const names = [...new Set(market.pools.map(({ instanceType }) => instanceType.name))];
    const all = names.flatMap((instanceType) =>
      ['us-east-1a', 'us-east-1b'].map((zone) => breakerOf({ instanceType, zone })),
    );
    const trial = withoutOpenPools(market, all, enough, minutesFromNow(31));
    expect(find(trial.pools)).toMatchObject({ spotShareMost: 0.25 });
    expect(trial.notes.join(' ')).toMatch(/tried again, with at most 25 % of the capacity/);
    const shareOf = (of: typeof market) => {
      const { fleets } = planFleet(requestOf({ market: of, model: modelOf(800), whenLate: 'least-late' }));
      const task = fleets.find(({ role }) => role === 'task');
      const units = fleets.reduce((sum, each) => sum + each.spotUnits + each.onDemandUnits, 0);
      return (task?.spotUnits ?? 0) / units / Math.max(1, task?.instanceTypes.length ?? 1);
    };
    expect(shareOf(trial)).toBeLessThanOrEqual(0.27);
  });

  it('keeps those that opened longest ago when nothing else is left, and says so', () => {
    const one = { ...market, pools: market.pools.slice(0, 2) };
    const [older, newer] = one.pools.map(({ instanceType, zone }, i) =>
      breakerOf({
        instanceType: instanceType.name,
        zone,
        purchase: 'on-demand',
        openedAt: minutesFromNow(i === 0 ? -20 : -5),
      }),
    );
    const left = withoutOpenPools(one, [older!, newer!], enough, now);
    expect(left.pools.map(({ instanceType }) => instanceType.name)).toEqual([older!.instanceType]);
    expect(left.notes.at(-1)).toMatch(/stays although the last attempt found no capacity there/);
  });

  it('is as it was when nothing tripped', () => {
    expect(withoutOpenPools(market, [], enough, now)).toBe(market);
    const elsewhere = breakerOf({ zone: 'us-east-1f' });
    expect(withoutOpenPools(market, [elsewhere], enough, now)).toBe(market);
  });
});
