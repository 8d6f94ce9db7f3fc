import { beforeEach, describe, expect, test } from 'vitest';
import { marketAccount } from './market-account.ts';

const TYPES = ['m5.xlarge', 'm5.2xlarge', 'r5.xlarge', 'c5.2xlarge'];
const MINUTE_MS = 60_000;

describe('the spot price history', () => {
  let here: ReturnType<typeof marketAccount>;
  beforeEach(() => {
    here = marketAccount();
  });

  test('reaches back 90 days, however many pages that takes, and is what the market charged', async () => {
    const { tracks, readAt, notes } = await here.spot(TYPES, 90);
    expect(tracks).toHaveLength(2 * TYPES.length);
    expect(notes).toEqual([]);
    expect(Date.parse(here.now()) - Date.parse(readAt ?? '')).toBeLessThan(10 * MINUTE_MS);
    for (const { instanceType, zone, zoneId, minutes, usdPerHour } of tracks) {
      expect(zoneId).toMatch(/^euc1-az[23]$/);
      const all = here.market.priceChanges(
        instanceType,
        zone,
        here.market.historyFromMs,
        Date.parse(readAt ?? ''),
      );
      expect(minutes.length).toBeGreaterThan(200);
      expect(minutes[0]).toBe(Math.floor((all[0]?.atMs ?? 0) / MINUTE_MS));
      expect(usdPerHour.at(-1)).toBeCloseTo(all.at(-1)?.usdPerHour ?? 0, 6);
    }
    expect(here.count('DescribeSpotPriceHistory')).toBeGreaterThan(10);
  });

  test('is asked only for what is newer, in one call; within minutes, not at all', async () => {
    const first = await here.spot(TYPES, 90);
    const asked = here.count('DescribeSpotPriceHistory');
    await here.spot(TYPES, 90);
    expect(here.count('DescribeSpotPriceHistory')).toBe(asked);
    await here.pass(5);
    const later = await here.spot(TYPES, 90);
    expect(here.count('DescribeSpotPriceHistory')).toBe(asked + 1);
    const length = (tracks: typeof first.tracks) =>
      tracks.reduce((sum, { minutes }) => sum + minutes.length, 0);
    expect(length(later.tracks)).toBeGreaterThan(length(first.tracks));
    expect(later.notes).toEqual([]);
  });

  test('that cannot be had is replaced by what is known, with its age', async () => {
    const first = await here.spot(TYPES, 90);
    await here.pass(7);
    here.fail('DescribeSpotPriceHistory');
    const later = await here.spot(TYPES, 90);
    expect(later.tracks).toEqual(first.tracks);
    expect(later.readAt).toBe(first.readAt);
    expect(later.notes.join()).toMatch(/could not be read to its end \(ThrottledError\)/);
  });

  test('that breaks off in the middle keeps what came, says so, and goes on the next time', async () => {
    here.fail('DescribeSpotPriceHistory', 3);
    const broken = await here.spot(TYPES, 90);
    expect(broken.tracks).toHaveLength(2 * TYPES.length);
    expect(broken.notes.join(' ')).toMatch(/could not be read to its end .* of 90 days .* are read so far/);
    here.fail('');
    const whole = await here.spot(TYPES, 90);
    expect(whole.notes).toEqual([]);
    expect(whole.tracks[0]?.minutes.length).toBeGreaterThan(broken.tracks[0]?.minutes.length ?? 0);
  });

  test('that was never had is worth another try', async () => {
    here.fail('DescribeSpotPriceHistory');
    await expect(here.spot(TYPES, 90)).rejects.toMatchObject({ name: 'ThrottledError' });
  });
});
