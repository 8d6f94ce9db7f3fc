/** Incidents in the ledger: where they lie, and what becomes of many that turn out to be one. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Alarm } from '../../core/contracts/alarm.ts';
import { fleetView } from '../../core/incidents/fleet-view.ts';
import { fleetOfMinute, raiseAlarms } from '../../lambdas/aws/incidents.ts';
import { readControl, setControl } from '../../lambdas/aws/ledger-control.ts';
import {
  acknowledge,
  acknowledgementOf,
  tellOnce,
  toldRank,
} from '../../lambdas/aws/ledger-incident-notes.ts';
import { incidentOf } from '../../lambdas/aws/ledger-incidents.ts';
import { liveIncidentIds } from '../../lambdas/aws/ledger-open-runs.ts';
import { newestItems } from '../../lambdas/aws/ledger-table.ts';
import { undoResponse } from '../../lambdas/aws/undo-response.ts';
import { alarm, FLEET } from '../core/incidents/desk.ts';
import { exampleJob, openAccount, type Account } from './account.ts';

let account: Account;
const now = () => new Date(account.kernel.clock.nowMs());
const inLedger = <T>(act: (ledger: Account['ledger']) => Promise<T>) =>
  account.kernel.settle(() => act(account.ledger));
const raise = (alarms: Alarm[], fleet = FLEET) =>
  inLedger((ledger) => raiseAlarms(ledger, fleet, alarms, now()));

beforeEach(async () => {
  account = await openAccount();
});

describe('an incident that is open', () => {
  it('lies where the version before does not look for runs', async () => {
    const [id] = await raise([alarm('quota', 'capacity', { job: 'job-1' }, now().toISOString())]);
    expect(await inLedger(liveIncidentIds)).toEqual([id]);
    const runs = { pk: 'OPEN', skPrefix: null, last: null };
    expect(await inLedger((ledger) => newestItems(ledger, runs, z.unknown()))).toEqual([]);
  });
});

describe('a message that could not be sent', () => {
  it('takes away none of what was told before: that it is over is told', async () => {
    const fail = () => Promise.reject(new Error('the topic is gone'));
    await inLedger(async (ledger) => {
      await tellOnce(ledger, ['it'], 1, now(), () => Promise.resolve());
      await expect(tellOnce(ledger, ['it'], 3, now(), fail)).rejects.toThrow('the topic is gone');
    });
    expect(await inLedger((ledger) => toldRank(ledger, ['it']))).toBe(1);
    await expect(inLedger((ledger) => tellOnce(ledger, ['never'], 3, now(), fail))).rejects.toThrow();
    expect(await inLedger((ledger) => toldRank(ledger, ['never']))).toBeNull();
  });
});

describe('an incident that took in another', () => {
  const tell = () => Promise.resolve();

  it('is told as over when people were told of the other, and of nothing that they know', async () => {
    const [told, rank, again, graver] = await inLedger(async (ledger) => [
      await tellOnce(ledger, ['other'], 2, now(), tell),
      await toldRank(ledger, ['elder', 'other']),
      await tellOnce(ledger, ['elder', 'other'], 2, now(), tell),
      await tellOnce(ledger, ['elder', 'other'], 3, now(), tell),
    ]);
    expect([told, rank, again, graver]).toEqual([true, 2, false, true]);
    expect(await inLedger((ledger) => toldRank(ledger, ['elder', 'other']))).toBe(3);
  });

  it('is in hand when the other was, and what was done for the other can be taken back', async () => {
    const pause = { job: 'job-1', until: '2026-01-06T00:00:00.000Z', by: 'flarepath' };
    const set = { ...pause, at: now().toISOString(), reason: 'other: its input is bad' };
    const undone = { by: 'anna', byArn: null, at: now().toISOString(), reason: 'false alarm' };
    const [ack, said, left] = await inLedger(async (ledger) => {
      await acknowledge(ledger, 'other', { by: 'anna', at: now().toISOString(), reason: 'on it' });
      await setControl(ledger, { kind: 'pause', set });
      return [
        await acknowledgementOf(ledger, ['elder', 'other']),
        await undoResponse(ledger, ['elder', 'other'], undone),
        (await readControl(ledger)).pauses,
      ];
    });
    expect(ack).toMatchObject({ by: 'anna' });
    expect(said).toEqual([expect.stringMatching(/^job-1: the pause/)]);
    expect(left).toEqual([]);
  });
});

describe('the view of the fleet', () => {
  it('is looked for again within the minute in which it could not be had', async () => {
    const down = {
      kind: 'server-error' as const,
      match: { operation: 'Query' },
      until: '2026-01-05T00:00:30Z',
    };
    account = await openAccount({ kernel: { faults: [down] } });
    const minute = now();
    const look = () => inLedger((ledger) => fleetOfMinute(ledger, [], minute));
    await expect(look()).rejects.toThrow();
    await account.until('2026-01-05T00:00:40Z');
    expect((await look()).population.instances).toBe(0);
  });
});

describe('one alarm', () => {
  const datasets = (count: number) => Array.from({ length: count }, (_, i) => `s3://lake/table-${i}/`);
  const fleetReading = (uris: string[]) => {
    const reads = (name: string, inputs: string[]) =>
      exampleJob('orders-nightly', { name, inputs: inputs.map((uri) => ({ uri })) });
    const others = Array.from({ length: 80 }, (_, i) => reads(`other-${i}`, [`s3://other/${i}/`]));
    return fleetView([reads('join-all', uris), ...others], []);
  };

  it('makes one of more incidents than a transaction takes', async () => {
    const uris = datasets(45);
    const fleet = fleetReading(uris);
    const at = now().toISOString();
    const each = uris.map((dataset, i) => alarm(`late-${i}`, 'data', { dataset }, at));
    for (let i = 0; i < each.length; i += 15) await raise(each.slice(i, i + 15), fleet);
    expect(await inLedger(liveIncidentIds)).toHaveLength(45);
    const bad = alarm('input-bad', 'data', { job: 'join-all' }, at);
    await raise([bad, alarm('input-empty', 'data', { job: 'join-all' }, at)], fleet);
    const [id, ...rest] = await inLedger(liveIncidentIds);
    expect(rest).toEqual([]);
    const incident = await inLedger((ledger) => incidentOf(ledger, id!));
    expect(incident!.threads).toHaveLength(47);
    expect(incident!.threads.every(({ notices }) => notices === 1)).toBe(true);
  });

  it('is written for a job of more data sets than a transaction takes', async () => {
    const fleet = fleetReading(datasets(150));
    const at = now().toISOString();
    expect(await raise([alarm('input-bad', 'data', { job: 'join-all' }, at)], fleet)).toHaveLength(1);
  });
});
