import type { InstanceType, ReclaimRecord } from '../contracts/market.ts';
import { secondsBetween, SECONDS_PER_DAY } from '../units.ts';
import { advisorShare } from './advisor-bands.ts';
import { zoneShareOf } from './zone-reclaims.ts';

/**
 * Share of instances reclaimed in a month of types that the Spot Instance Advisor gives no band, by what the family is
 * for: as the bands of us-east-1 usually stand for such families.
 */
const USUAL_SHARE = { compute: 0.09, general: 0.14, memory: 0.18, storage: 0.16, gpu: 0.25 } as const;

/** The usual life of a spot instance, by which a share of instances becomes a rate. An assumption; runs correct it. */
const USUAL_LIFE_HOURS = 24;

/** Hours of a pool at which its own experience and the prior weigh the same. */
const PRIOR_WEIGHT_HOURS = 200;
/** Expected events at which the experience of all pools together and the bands' general level weigh the same. */
const LEVEL_WEIGHT_EVENTS = 2;
/** What happened a month ago counts half as much as what happens today: markets change. */
const HALF_LIFE_DAYS = 30;

/**
 * Expected reclaim events per hour of a pool that we have no experience with. A share p of instances reclaimed becomes a
 * rate of −ln(1 − p) ÷ 24 h; reclaims of a pool come together, so the pool's rate is that of each of its instances.
 */
export function priorReclaimsPerHour(type: Pick<InstanceType, 'name' | 'family' | 'gpus'>): number {
  return -Math.log(1 - (advisorShare(type.name) ?? USUAL_SHARE[purposeOf(type)])) / USUAL_LIFE_HOURS;
}

function purposeOf(type: Pick<InstanceType, 'family' | 'gpus'>): keyof typeof USUAL_SHARE {
  if (type.gpus > 0) return 'gpu';
  if (type.family.startsWith('c')) return 'compute';
  if (type.family.startsWith('r')) return 'memory';
  if (type.family.startsWith('i')) return 'storage';
  return 'general';
}

/** What pools have suffered so far, and what that says of the next hours. */
interface ReclaimExperience {
  /** expected reclaim events per hour of a pool */
  perHour(type: InstanceType, zone: string): number;
  /** share of a pool's reclaims that come with reclaims of other pools of its zone, 0..1 */
  readonly zoneShare: number;
  /** own pool-hours and events, older ones counted less */
  readonly poolHours: number;
  readonly events: number;
}

interface Evidence {
  readonly hours: number;
  readonly events: number;
}

/**
 * Joins the advisor's bands with our own experience, whose weight halves in 30 days: the general level of the bands is
 * corrected by all pools together, and each pool by its own events, both as a gamma prior updated by Poisson counts.
 * Instances of a pool that go within minutes of each other are one event. Records without pool-hours, as the first
 * version wrote them, are left out.
 *
 * @param records  what spot instances have suffered in our runs
 * @param types  those that are surveyed
 * @param at  ISO 8601 instant from which ages are counted
 * @see Gelman et al., Bayesian Data Analysis, 3rd ed., sections 2.6 and 2.7 (gamma-Poisson, rates of small areas);
 *   West and Harrison, Bayesian Forecasting and Dynamic Models, 1997, section 2.4 (discounting of older evidence)
 */
export function learnReclaims(
  records: readonly ReclaimRecord[],
  types: readonly InstanceType[],
  at: string,
): ReclaimExperience {
  const byName = new Map(types.map((type) => [type.name, type]));
  const pools = new Map<string, Evidence>();
  const sum = { hours: 0, events: 0, expected: 0 };
  for (const { instanceType, zone, poolHours, eventsAt, untilAt } of records) {
    const type = byName.get(instanceType);
    if (type === undefined || poolHours === undefined || untilAt === undefined) continue;
    const weight = 0.5 ** (Math.max(secondsBetween(untilAt, at), 0) / SECONDS_PER_DAY / HALF_LIFE_DAYS);
    const hours = weight * poolHours;
    const events = weight * (eventsAt?.length ?? 0);
    const key = `${instanceType}@${zone}`;
    const known = pools.get(key) ?? { hours: 0, events: 0 };
    pools.set(key, { hours: known.hours + hours, events: known.events + events });
    sum.hours += hours;
    sum.events += events;
    sum.expected += hours * priorReclaimsPerHour(type);
  }
  const level = (sum.events + LEVEL_WEIGHT_EVENTS) / (sum.expected + LEVEL_WEIGHT_EVENTS);
  return {
    perHour(type, zone) {
      const { hours, events } = pools.get(`${type.name}@${zone}`) ?? { hours: 0, events: 0 };
      const prior = level * priorReclaimsPerHour(type);
      return (prior * PRIOR_WEIGHT_HOURS + events) / (PRIOR_WEIGHT_HOURS + hours);
    },
    zoneShare: zoneShareOf(records),
    poolHours: sum.hours,
    events: sum.events,
  };
}
