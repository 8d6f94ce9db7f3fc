import type { Incident } from '../../core/contracts/incident.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Runbook } from '../../core/contracts/runbook.ts';
import { chooseActions, type ActionDecision } from '../../core/incidents/choose-actions.ts';
import { judgeAction } from '../../core/incidents/judge-action.ts';
import type { IncidentImpact } from '../../core/incidents/incident-impact.ts';
import type { Hypothesis } from '../../core/incidents/rank-hypotheses.ts';
import { RUNBOOKS } from '../../core/incidents/runbooks.ts';
import type { PoolOutcome } from '../../core/market/pool-breaker.ts';
import { afterSeconds, SECONDS_PER_HOUR } from '../../core/units.ts';
import { countPoolOutcomes, poolBreakers } from './ledger-breakers.ts';
import { readControl, setControl } from './ledger-control.ts';
import { actionsFor, claimAction, noteOutcome, recentActions } from './ledger-incident-notes.ts';
import type { Ledger } from './ledger-table.ts';

/** A pause that nobody confirms ends by itself: until then somebody has seen the message. */
const PAUSE_SECONDS = SECONDS_PER_HOUR;
/** What takes another attempt is decided by the failure policy, when the attempt is collected. */
const HERE: ReadonlySet<Runbook['action']> = new Set(['quarantine-pool', 'pause-job', 'open-kill-switch']);
const OURS = RUNBOOKS.filter(({ action }) => HERE.has(action));

/** Something was done already, or there was nothing to do it to. */
const nothingToDo = (decision: ActionDecision): ActionDecision => ({
  ...decision,
  mode: 'wait',
  because: 'it is done already, or there is nothing to do it to',
});

/**
 * Does what may be done first about an incident, and writes it down.
 *
 * @returns what was done, and what only people may do
 */
export async function respondFirst(
  ledger: Ledger,
  jobs: readonly DeployedJob[],
  incident: Incident,
  known: { impact: IncidentImpact; hypotheses: readonly Hypothesis[] },
  now: Date,
): Promise<ActionDecision[]> {
  const autonomies = jobs.flatMap(({ name, autonomy }) =>
    known.impact.jobs.includes(name) ? [autonomy] : [],
  );
  const situation = { incident, ...known, autonomies };
  const fitting = chooseActions(situation, OURS, [], now.toISOString());
  if (fitting.length === 0) return [];
  const history = await recentActions(ledger);
  const decisions: ActionDecision[] = [];
  for (const decision of chooseActions(situation, OURS, history, now.toISOString())) {
    const { mode, runbook } = decision;
    if (mode !== 'do') {
      decisions.push(decision);
      continue;
    }
    const before = history.filter(
      ({ runbookId, incidentId }) => runbookId === runbook.id && incidentId === incident.id,
    );
    const record = {
      runbookId: runbook.id,
      incidentId: incident.id,
      action: runbook.action,
      at: now.toISOString(),
    };
    const act = await actOf(ledger, runbook, incident, known.impact, now);
    const done = act !== null && (await claimAction(ledger, record, before.length + 1));
    if (done) await act();
    decisions.push(done ? decision : nothingToDo(decision));
  }
  return decisions;
}

/** The one look after each first response for an incident whether it helped, once it is due. */
export async function lookAtOutcomes(ledger: Ledger, incident: Incident, now: Date): Promise<void> {
  for (const record of await actionsFor(ledger, incident.id)) {
    const runbook = RUNBOOKS.find(({ id }) => id === record.runbookId);
    const outcome = runbook === undefined ? null : judgeAction(record, runbook, incident, now.toISOString());
    if (outcome !== null) await noteOutcome(ledger, record, outcome);
  }
}

/** What an action comes to here; null: to nothing. */
async function actOf(
  ledger: Ledger,
  { action, when, says }: Runbook,
  { id, threads }: Incident,
  { jobs }: IncidentImpact,
  now: Date,
): Promise<(() => Promise<void>) | null> {
  if (action === 'quarantine-pool') {
    const known = await poolBreakers(ledger);
    const pools = reclaimedPools(threads, when.rules).filter(
      (pool) => !known.some((breaker) => breaker.lastAttempt === id && isSamePool(breaker, pool)),
    );
    return pools.length === 0 ? null : () => countPoolOutcomes(ledger, pools, id, now);
  }
  if (action !== 'pause-job') return null;
  const at = now.toISOString();
  const paused = (await readControl(ledger)).pauses.filter(({ until }) => until > at);
  const free = jobs.filter((job) => !paused.some((pause) => pause.job === job || pause.job === null));
  if (free.length === 0) return null;
  const until = afterSeconds(at, PAUSE_SECONDS);
  return async () => {
    for (const job of free) {
      const set = { job, until, by: 'flarepath', at, reason: `${id}: ${says}` };
      await setControl(ledger, { kind: 'pause', set });
    }
  };
}

/** Spot pools that firing alarms of these rules name. */
function reclaimedPools(threads: Incident['threads'], rules: Runbook['when']['rules']): PoolOutcome[] {
  const pools: PoolOutcome[] = [];
  for (const { alarm } of threads) {
    const { instanceType, zone } = alarm.place;
    const concerned = alarm.state === 'firing' && rules?.includes(alarm.rule) !== false;
    if (!concerned || instanceType === undefined || zone === undefined) continue;
    const pool = { instanceType, zone, purchase: 'spot' as const, gave: false };
    if (!pools.some((other) => isSamePool(other, pool))) pools.push(pool);
  }
  return pools;
}

type Pool = Pick<PoolOutcome, 'instanceType' | 'zone' | 'purchase'>;
function isSamePool(one: Pool, other: Pool): boolean {
  return (
    one.instanceType === other.instanceType && one.zone === other.zone && one.purchase === other.purchase
  );
}
