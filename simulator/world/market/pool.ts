import type { InstanceType } from '../../../core/contracts/market.ts';
import type { MarketParameters } from './market-parameters.ts';

/** One instance type in one zone, with the parameters that hold there. */
export interface PoolParameters {
  readonly key: string;
  readonly type: InstanceType;
  readonly zone: string;
  readonly meanPriceShare: number;
  readonly spotCapacityVcpus: number;
  readonly meanTightness: number;
}

export function poolKey(instanceType: string, zone: string): string {
  return `${instanceType}/${zone}`;
}

export function poolParameters(market: MarketParameters, type: InstanceType, zone: string): PoolParameters {
  const own = { ...market.overrides[type.family], ...market.overrides[type.name] };
  return {
    key: poolKey(type.name, zone),
    type,
    zone,
    meanPriceShare: (own.meanPriceShare ?? market.price.meanShare) * (market.zonePriceFactors[zone] ?? 1),
    spotCapacityVcpus: own.spotCapacityVcpus ?? market.capacity.spotCapacityVcpus,
    meanTightness: own.meanTightness ?? market.capacity.meanTightness,
  };
}
