import { describe, expect, test } from 'vitest';
import { emrFee, instanceTypeByName } from '../../../core/market/catalogue.ts';

const feeOf = (name: string) => {
  const type = instanceTypeByName(name);
  if (type === undefined) throw new Error(`${name} is not in the catalogue`);
  return emrFee(type);
};

describe('the EMR fee', () => {
  test.each([
    ['m5.xlarge', 0.048],
    ['m5.4xlarge', 0.192],
    ['c5.xlarge', 0.043],
    ['c5.2xlarge', 0.085],
    ['r5.4xlarge', 0.252],
    ['c4.2xlarge', 0.105],
  ])('of %s is the listed %f', (name, usdPerHour) => {
    expect(feeOf(name)).toEqual({ usdPerHour, estimated: false });
  });

  test('of a large type is capped, not a quarter of its price', () => {
    expect(feeOf('r5.24xlarge')).toEqual({ usdPerHour: 0.27, estimated: false });
  });

  test('of a type outside the table is a quarter of on-demand, and says that it is an estimate', () => {
    const fee = emrFee({ name: 'x9.huge', family: 'x9', onDemandUsdPerHour: 8 });
    expect(fee).toEqual({ usdPerHour: 2, estimated: true });
  });
});
