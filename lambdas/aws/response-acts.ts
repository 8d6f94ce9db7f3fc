import type { Incident } from '../../core/contracts/incident.ts';
import type { Runbook } from '../../core/contracts/runbook.ts';
import type { PoolBreaker, PoolOutcome } from '../../core/market/pool-breaker.ts';
import { afterSeconds, SECONDS_PER_HOUR } from '../../core/units.ts';
import { countPoolOutcomes, poolBreakers } from './ledger-breakers.ts';
import { readControl, setControl } from './ledger-control.ts';
import type { Ledger } from './ledger-table.ts';
import { isCountedFor, isLeftOut, isSetFor, OURS, responseName } from './own-responses.ts';

/** A pause that nobody confirms ends by itself: until then somebody has seen the message. */
const PAUSE_SECONDS = SECONDS_PER_HOUR;

/** What a first response is about. */
export interface Responding {
  readonly runbook: Runbook;
  readonly incident: Incident;
  /** names of the jobs hit */
  readonly jobs: readonly string[];
  /** of this runbook for this incident, from 1 */
  readonly nth: number;
  readonly now: Date;
}

/**
 * What a first response comes to: an act that may be done twice. Cut off before its record was written, it is found
 * done, and comes to the same again.
 *
 * @returns null: to nothing
 */
export function actOf(ledger: Ledger, responding: Responding): Promise<(() => Promise<void>) | null> {
  const { action } = responding.runbook;
  if (action === 'quarantine-pool') return quarantine(ledger, responding);
  if (action === 'pause-job') return pause(ledger, responding);
  return action === 'open-kill-switch' ? stopLaunches(ledger, responding) : Promise.resolve(null);
}

async function quarantine(ledger: Ledger, { runbook, incident, nth, now }: Responding) {
  const breakers = await poolBreakers(ledger);
  const name = responseName(incident.id, nth);
  const due = reclaimedPools(incident, runbook.when.rules).filter(({ pool, lastAt }) => {
    const breaker = breakers.find((each) => isSamePool(each, pool));
    return breaker === undefined || breaker.lastAttempt === name || isDue(breaker, incident.id, lastAt, now);
  });
  if (due.length === 0) return null;
  return () =>
    countPoolOutcomes(
      ledger,
      due.map(({ pool }) => pool),
      name,
      now,
    );
}

/** Left out already is enough; what people lifted stays lifted; else it must have gone on since. */
function isDue(breaker: PoolBreaker, incidentId: string, lastAt: string, now: Date): boolean {
  if (isLeftOut(breaker, now.toISOString())) return false;
  if (breaker.failures === 0) return !isCountedFor([incidentId], breaker) && lastAt > breaker.openUntil;
  return lastAt > breaker.openedAt;
}

async function pause(ledger: Ledger, { runbook, incident: { id }, jobs, nth, now }: Responding) {
  const at = now.toISOString();
  const paused = (await readControl(ledger)).pauses.filter(({ until }) => until > at);
  const free = jobs.filter((job) => !paused.some((each) => each.job === job || each.job === null));
  const unrecorded = nth === 1 && paused.some((each) => isSetFor([id], each));
  if (free.length === 0 && !unrecorded) return null;
  const until = afterSeconds(at, PAUSE_SECONDS);
  return async () => {
    for (const job of free) {
      const set = { job, until, by: OURS, at, reason: `${id}: ${runbook.says}` };
      await setControl(ledger, { kind: 'pause', set });
    }
  };
}

async function stopLaunches(ledger: Ledger, { runbook, incident: { id }, nth, now }: Responding) {
  const { killSwitch } = await readControl(ledger);
  if (killSwitch?.on === true) {
    const unrecorded = nth === 1 && isSetFor([id], killSwitch);
    return unrecorded ? () => Promise.resolve() : null;
  }
  const set = { on: true, release: false, by: OURS, at: now.toISOString(), reason: `${id}: ${runbook.says}` };
  return async () => {
    await setControl(ledger, { kind: 'kill-switch', set });
  };
}

/** Spot pools that firing alarms of these rules name, and when one did last. */
function reclaimedPools({ threads }: Incident, rules: Runbook['when']['rules']) {
  const pools: { pool: PoolOutcome; lastAt: string }[] = [];
  for (const { alarm } of threads) {
    const { instanceType, zone } = alarm.place;
    const concerned = alarm.state === 'firing' && rules?.includes(alarm.rule) !== false;
    if (!concerned || instanceType === undefined || zone === undefined) continue;
    const tookBack = alarm.rule === 'spot-reclaim' ? { tookBack: true as const } : {};
    const pool = { instanceType, zone, purchase: 'spot' as const, gave: false, ...tookBack };
    const known = pools.find((other) => isSamePool(other.pool, pool));
    if (known === undefined) pools.push({ pool, lastAt: alarm.at });
    else if (alarm.at > known.lastAt) known.lastAt = alarm.at;
  }
  return pools;
}

type Pool = Pick<PoolOutcome, 'instanceType' | 'zone' | 'purchase'>;
function isSamePool(one: Pool, other: Pool): boolean {
  return (
    one.instanceType === other.instanceType && one.zone === other.zone && one.purchase === other.purchase
  );
}
