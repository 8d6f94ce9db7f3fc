import { describe, expect, test } from 'vitest';
import { readSpotPriceHistory } from '../../../core/market/spot-price-history.ts';

const row = {
  AvailabilityZone: 'us-east-1a',
  InstanceType: 'm5.xlarge',
  ProductDescription: 'Linux/UNIX',
  SpotPrice: '0.084300',
  Timestamp: '2026-01-05T02:00:00+00:00',
};
const history = (...rows: object[]) => ({ SpotPriceHistory: rows });

describe('a spot price history', () => {
  test('as the command line prints it becomes prices, oldest first', () => {
    const later = { ...row, Timestamp: '2026-01-05T04:00:00.000Z', SpotPrice: '0.09' };
    expect(readSpotPriceHistory(history(later, row), 'us-east-1')).toEqual([
      { instanceType: 'm5.xlarge', zone: 'us-east-1a', usdPerHour: 0.0843, at: '2026-01-05T02:00:00.000Z' },
      { instanceType: 'm5.xlarge', zone: 'us-east-1a', usdPerHour: 0.09, at: '2026-01-05T04:00:00.000Z' },
    ]);
  });

  test('as the SDK answers it, with Date objects, is read the same way', () => {
    const answer = history({ ...row, Timestamp: new Date('2026-01-05T02:00:00Z') });
    expect(readSpotPriceHistory(answer, 'us-east-1')).toHaveLength(1);
  });

  test('without prices is refused, saying what was expected', () => {
    expect(() => readSpotPriceHistory(history(), 'us-east-1')).toThrow(
      /holds no prices.*describe-spot-price-history/,
    );
  });

  test('of another region is refused, naming the one found and the one expected', () => {
    const german = history({ ...row, AvailabilityZone: 'eu-central-1b' });
    expect(() => readSpotPriceHistory(german, 'us-east-1')).toThrow(
      /of eu-central-1, expected only us-east-1/,
    );
  });

  test('of Windows only is refused; Windows rows among Linux ones are left out', () => {
    const windows = { ...row, ProductDescription: 'Windows' };
    expect(() => readSpotPriceHistory(history(windows), 'us-east-1')).toThrow(
      /product Windows, EMR runs Linux/,
    );
    expect(readSpotPriceHistory(history(windows, row), 'us-east-1')).toHaveLength(1);
  });

  test('with rows of local zones keeps the zones of the region itself', () => {
    expect(
      readSpotPriceHistory(history({ ...row, AvailabilityZone: 'us-east-1-bos-1a' }, row), 'us-east-1'),
    ).toHaveLength(1);
  });

  test.each([
    ['not an object', [], /its top level/],
    ['a negative price', history({ ...row, SpotPrice: '-1' }), /SpotPriceHistory\.0\.SpotPrice/],
    [
      'a price that no instance has',
      history({ ...row, SpotPrice: '1e300' }),
      /found "1e300", allowed: .*10000/,
    ],
    ['a price in words', history({ ...row, SpotPrice: 'cheap' }), /SpotPriceHistory\.0\.SpotPrice/],
    ['no instant', history({ ...row, Timestamp: 'yesterday' }), /SpotPriceHistory\.0\.Timestamp/],
  ])('with %s is refused, saying where', (_, json, message) => {
    expect(() => readSpotPriceHistory(json, 'us-east-1')).toThrow(message);
  });
});
