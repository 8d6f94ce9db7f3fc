import type { InstanceType } from '../contracts/market.ts';
import type { TeamPrices } from '../contracts/team-prices.ts';

/** One pool at list prices, and how much of it a fleet would buy on demand. */
interface ListPriced {
  readonly type: Pick<InstanceType, 'name' | 'family'>;
  readonly zone: string;
  readonly onDemandUsdPerHour: number;
  readonly emrFeeUsdPerHour: number;
  /** what a fleet of the job costs an hour on demand at list prices; absent: little enough for any commitment */
  readonly fleetUsdPerHour?: number | undefined;
}

interface EffectivePrices {
  readonly onDemandUsdPerHour: number;
  readonly emrFeeUsdPerHour: number;
}

/**
 * What a team pays for an hour in a pool. Reserved instances are used first, then the Savings Plan of the family, then
 * Compute Savings Plans, the highest discount first; what they do not cover is bought on demand, at the contract's
 * discount. All of that is for EC2: EMR's fee has its own discount, and spot takes part in none of it.
 *
 * A commitment that covers a part of a fleet makes that part cheaper: the price is the mean over such a fleet. It is
 * priced at its rate although it is paid for anyway: a run that takes it leaves less to others.
 *
 * @see Savings Plans User Guide, Understanding how Savings Plans apply to your usage: after reserved instances, EC2
 *   Instance before Compute, by discount; not to spot, and to the EC2 part of EMR alone
 */
export function effectivePrices(list: ListPriced, team: TeamPrices): EffectivePrices {
  const { onDemandUsdPerHour: listUsd, fleetUsdPerHour = 0 } = list;
  let left = 1;
  let usdPerHour = 0;
  const take = (coversUsdPerHour: number, rateUsdPerHour: number) => {
    const share = fleetUsdPerHour > 0 ? Math.min(left, coversUsdPerHour / fleetUsdPerHour) : left;
    usdPerHour += share * rateUsdPerHour;
    left -= share;
  };
  for (const { instanceType, zone, count, usdPerHour: rate } of team.reserved) {
    if (instanceType === list.type.name && (zone ?? list.zone) === list.zone) take(count * listUsd, rate);
  }
  for (const { discountPercent, freeUsdPerHour = Infinity } of plansFor(list.type.family, team)) {
    const rateShare = 1 - discountPercent / 100;
    // a commitment is counted in what it pays, so it covers more at list prices
    if (freeUsdPerHour > 0) take(rateShare > 0 ? freeUsdPerHour / rateShare : Infinity, listUsd * rateShare);
  }
  return {
    onDemandUsdPerHour: usdPerHour + left * listUsd * (1 - team.discountPercent.onDemand / 100),
    emrFeeUsdPerHour: list.emrFeeUsdPerHour * (1 - team.discountPercent.emrFee / 100),
  };
}

function plansFor(family: string, { savingsPlans }: TeamPrices): TeamPrices['savingsPlans'] {
  return savingsPlans
    .filter((plan) => plan.family === undefined || plan.family === family)
    .sort(
      (one, other) =>
        Number(one.family === undefined) - Number(other.family === undefined) ||
        other.discountPercent - one.discountPercent,
    );
}

/** A team's prices in a sentence. */
export function describeTeamPrices({ discountPercent, savingsPlans, reserved }: TeamPrices): string {
  const { onDemand, spot, emrFee, storage } = discountPercent;
  const discounts = [
    [onDemand, 'on demand'],
    [spot, 'spot'],
    [emrFee, 'EMR fees'],
    [storage, 'disks'],
  ] as const;
  const parts = [
    ...discounts.flatMap(([percent, what]) => (percent > 0 ? [`${percent} % off ${what}`] : [])),
    ...savingsPlans.map(
      (plan) => `${plan.discountPercent} % off ${plan.family ?? 'every family'} by a Savings Plan`,
    ),
    ...reserved.map(({ count, instanceType }) => `${count} reserved ${instanceType}`),
  ];
  return `Prices are what this team pays: ${parts.length === 0 ? 'list prices' : parts.join(', ')}.`;
}
