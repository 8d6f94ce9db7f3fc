import type { ReclaimRecord } from '../contracts/market.ts';
import { epochMilliseconds, MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE } from '../units.ts';

/** Reclaims within this time of each other are of one cause: a pool's instances, or pools of a zone. */
export const ONE_EVENT_SECONDS = 15 * SECONDS_PER_MINUTE;

/** A tenth of reclaims comes with others of the zone, until runs tell: worth ten events. An assumption. */
const PRIOR_SHARE = 0.1;
const PRIOR_WEIGHT_EVENTS = 10;

interface Held {
  readonly pool: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly eventsMs: readonly number[];
}

/**
 * How much pools of one zone go together: of the reclaims of a pool while we held others in its zone, the share that
 * came with a reclaim of one of those.
 *
 * @returns 0..1
 * @see Fleming, A Reliability Model for Common Mode Failures in Redundant Safety Systems, 1975 (the beta factor)
 */
export function zoneShareOf(records: readonly ReclaimRecord[]): number {
  const zones = new Map<string, Held[]>();
  for (const { instanceType, zone, fromAt, untilAt, eventsAt = [] } of records) {
    if (fromAt === undefined || untilAt === undefined) continue;
    const held = {
      pool: instanceType,
      fromMs: epochMilliseconds(fromAt),
      untilMs: epochMilliseconds(untilAt),
      eventsMs: eventsAt.map(epochMilliseconds),
    };
    const others = zones.get(zone);
    if (others === undefined) zones.set(zone, [held]);
    else others.push(held);
  }
  let seen = 0;
  let together = 0;
  for (const held of zones.values()) {
    for (const { pool, eventsMs } of held) {
      for (const eventMs of eventsMs) {
        const near = held.filter((other) => other.pool !== pool && isNear(other, eventMs));
        if (near.length === 0) continue;
        seen += 1;
        together += near.some((other) => other.eventsMs.some((ms) => isOneEvent(ms, eventMs))) ? 1 : 0;
      }
    }
  }
  return (together + PRIOR_SHARE * PRIOR_WEIGHT_EVENTS) / (seen + PRIOR_WEIGHT_EVENTS);
}

function isNear({ fromMs, untilMs }: Held, eventMs: number): boolean {
  const slackMs = ONE_EVENT_SECONDS * MILLISECONDS_PER_SECOND;
  return fromMs <= eventMs && eventMs <= untilMs + slackMs;
}

function isOneEvent(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) <= ONE_EVENT_SECONDS * MILLISECONDS_PER_SECOND;
}
