/** What is done first about an incident, look by look, on the ledger. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../core/contracts/incident.ts';
import { applyAlarms } from '../../core/incidents/apply-alarms.ts';
import { ruleCandidates } from '../../core/incidents/incident-candidates.ts';
import { rankHypotheses } from '../../core/incidents/rank-hypotheses.ts';
import { respondFirst } from '../../lambdas/aws/first-response.ts';
import { countPoolOutcomes, poolBreakers } from '../../lambdas/aws/ledger-breakers.ts';
import { endPause, readControl, setControl } from '../../lambdas/aws/ledger-control.ts';
import { actionsFor } from '../../lambdas/aws/ledger-incident-notes.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';
import { undoResponse } from '../../lambdas/aws/undo-response.ts';
import { alarm, FLEET } from '../core/incidents/desk.ts';
import { openAccount, type Account } from './account.ts';

const START = Date.parse('2026-01-05T02:00:00.000Z');
const minute = (minutes: number) => new Date(START + minutes * 60_000);
const JOBS = [{ name: 'job-1', autonomy: 'auto' }] as never;
const POOL = 'm5.xlarge in us-east-1a';
let account: Account;
const inLedger = <T>(act: (ledger: Ledger) => Promise<T>) => account.kernel.settle(() => act(account.ledger));

beforeEach(async () => {
  account = await openAccount();
});

/** The incident of one instance taken back, and whatever else by that minute. */
function takenBackAt(minutes: number): Incident {
  const cluster = { job: 'job-1', runKey: 'job-1@night', clusterId: 'j-1' };
  const place = { ...cluster, instanceId: 'i-1-0', instanceType: 'm5.xlarge', zone: 'us-east-1a' };
  const notice = alarm('spot-reclaim', 'capacity', place, minute(minutes).toISOString());
  return applyAlarms([notice], { byKey: () => undefined, byId: () => undefined }, FLEET).incidents[0]!;
}
const first = takenBackAt(0);
/** It is the same incident: an alarm came again. */
const again = (minutes: number): Incident => ({ ...takenBackAt(minutes), id: first.id });

async function look(minutes: number, incident = first) {
  const hypotheses = rankHypotheses(ruleCandidates(incident, FLEET.topology));
  const impact = { jobs: ['job-1'], downstreamJobs: [], deadlinesAtRisk: [], extraUsd: 1 };
  const known = { hypotheses, impact: { ...impact, severity: 'medium' as const } };
  const done = await inLedger((ledger) => respondFirst(ledger, JOBS, incident, known, minute(minutes)));
  return done.map(({ mode, because }) => `${mode}: ${because}`);
}
const openMinutes = async () => {
  const [{ openedAt, openUntil } = { openedAt: '', openUntil: '' }] = await inLedger(poolBreakers);
  return (Date.parse(openUntil) - Date.parse(openedAt)) / 60_000;
};
const records = async () => (await inLedger((ledger) => actionsFor(ledger, first.id))).length;
const undo = (minutes: number) =>
  inLedger((ledger) => {
    const by = { by: 'anna', byArn: null, at: minute(minutes).toISOString(), reason: 'a false alarm' };
    return undoResponse(ledger, [first.id], by);
  });

describe('a pool that takes its machines back', () => {
  it('is left out, and each later look says so for as long as it is', async () => {
    expect(await look(0)).toEqual(['do: since 2026-01-05 02:00 UTC']);
    expect(await look(5)).toEqual(['do: since 2026-01-05 02:00 UTC']);
    expect(await look(10, { ...first, state: 'closed' })).toEqual(['do: since 2026-01-05 02:00 UTC']);
    expect(await look(31, { ...first, state: 'closed' })).toEqual([]);
    expect(await records()).toBe(1);
  });

  it('is left out for twice as long when it went on', async () => {
    await look(0);
    expect(await openMinutes()).toBe(30);
    await look(20, again(18));
    expect(await openMinutes()).toBe(30);
    expect(await look(31, again(28))).toEqual(['do: since 2026-01-05 02:31 UTC']);
    expect(await openMinutes()).toBe(60);
    expect(await records()).toBe(2);
  });

  it('is not left out again when nothing came since', async () => {
    await look(0);
    expect(await look(31)).toEqual([expect.stringMatching(/^wait: it was done before, and nothing came/)]);
    expect(await records()).toBe(1);
  });

  it('stays with those who took it back', async () => {
    await look(0);
    expect(await undo(6)).toEqual([`${POOL} (spot) is asked again.`]);
    expect(await look(10, again(9))).toEqual([expect.stringMatching(/^wait: it was done before/)]);
    expect((await inLedger(poolBreakers))[0]?.failures).toBe(0);
  });

  it('is taken back also after it was left out again', async () => {
    await look(0);
    await look(31, again(28));
    expect(await undo(35)).toEqual([`${POOL} (spot) is asked again.`]);
  });
});

describe('a response that was cut off before it was written down', () => {
  it('is written down at the next look, and not done twice', async () => {
    const pool = { instanceType: 'm5.xlarge', zone: 'us-east-1a', purchase: 'spot' as const, gave: false };
    await inLedger((ledger) => countPoolOutcomes(ledger, [pool], `${first.id}#1`, minute(0)));
    await look(5);
    expect(await records()).toBe(1);
    expect(await openMinutes()).toBe(30);
  });
});

describe('a pause that people set in place of the one that is to end', () => {
  it('stays', async () => {
    const ours = { job: 'job-1', by: 'flarepath', at: minute(0).toISOString(), reason: `${first.id}: bad` };
    const theirs = { ...ours, by: 'ben', at: minute(1).toISOString(), reason: 'a move' };
    const until = minute(60).toISOString();
    await inLedger((ledger) => setControl(ledger, { kind: 'pause', set: { ...theirs, until } }));
    const end = { by: 'anna', at: minute(2).toISOString(), reason: 'undone' };
    expect(await inLedger((ledger) => endPause(ledger, 'job-1', end, ours))).toBe(false);
    expect((await inLedger(readControl)).pauses).toMatchObject([{ by: 'ben' }]);
    expect(await inLedger((ledger) => endPause(ledger, 'job-1', end, theirs))).toBe(true);
  });
});
