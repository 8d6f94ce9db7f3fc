/** From what goes wrong to what people read: alarms, incidents, causes, one message. */
import { beforeAll, describe, expect, it } from 'vitest';
import { poolBreakers } from '../../lambdas/aws/ledger-breakers.ts';
import { assessmentOf, recentActions } from '../../lambdas/aws/ledger-incident-notes.ts';
import { incidentOf, newestIncidents } from '../../lambdas/aws/ledger-incidents.ts';
import type { FaultInput } from '../../simulator/faults.ts';
import { openAccountForTest, type TestAccount } from './account.ts';
import { testAssembly } from './assembly.ts';
import { DAYS } from './days.ts';
import { heavier, hopeless } from './happenings.ts';

beforeAll(async () => {
  await testAssembly();
});

/** Incidents by the job that they are about, the oldest first. */
async function incidentsOf(account: TestAccount) {
  return account.scenario.during(async () => {
    const found = [];
    for (const { id } of await newestIncidents(account.ledger, 20)) {
      const incident = await incidentOf(account.ledger, id);
      const assessed = await assessmentOf(account.ledger, id);
      if (incident === undefined || assessed === undefined) throw new Error(`${id} was not looked after`);
      found.push({ incident, assessed });
    }
    return found.reverse();
  });
}

const CORRUPT: FaultInput = { kind: 'bad-data', match: { dataSet: 'sales' }, with: { form: 'corrupt' } };

describe('a zone that takes its machines back, and a bad input file in the same night', () => {
  it('are two incidents, each with its own cause first', async () => {
    const account = await openAccountForTest({
      world: heavier,
      startAt: '2026-01-05T03:30:00.000Z',
      // every type of every zone; by then only `called` flies
      faults: [{ kind: 'reclaim', from: '2026-01-05T04:00:00Z', until: '2026-01-05T04:02:00Z' }, CORRUPT],
    });
    await account.start('called');
    await account.start('arriving');
    await account.landed();
    expect(account.scenario.violations).toEqual([]);
    const found = await incidentsOf(account);
    expect(
      found.map(({ incident, assessed }) => ({
        jobs: assessed.jobs,
        families: [...new Set(incident.threads.map(({ alarm }) => alarm.family))],
        first: assessed.hypotheses[0]?.cause,
      })),
    ).toEqual([
      { jobs: ['arriving'], families: ['data'], first: expect.stringContaining('failed of input-bad') },
      {
        jobs: ['called'],
        families: ['capacity'],
        first: expect.stringMatching(/^EC2 takes a spot instance back .*us-east-1/),
      },
    ]);
  });
});

describe('an attempt that fails and is made up for', () => {
  it('is kept as an incident, and wakes nobody', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'step-failure', times: 1 }] });
    await account.start('called');
    await account.landed();
    const [first] = await incidentsOf(account);
    expect(first?.assessed.severity).toBe('low');
    expect(account.messages().map(({ subject }) => subject)).toEqual([expect.stringContaining('on time')]);
  });
});

/** Each pool is taken back again and again. */
const ALL_NIGHT: FaultInput = { kind: 'reclaim', from: '2026-01-05T01:45:00Z' };

describe('a reclaim that hits a flight which cannot make it', () => {
  it('is told once, with cause, stake and first response, and the pool is left out for a while', async () => {
    const account = await openAccountForTest({ world: hopeless, faults: [ALL_NIGHT] });
    await account.start('called');
    await account.until(() => account.messages().some(({ subject }) => subject.startsWith('HIGH')), 400);
    await account.pass(30);
    const told = account.messages().filter(({ subject }) => subject.startsWith('HIGH'));
    expect(told).toHaveLength(1);
    expect(told[0]?.subject).toMatch(/^HIGH: EC2 takes a spot instance back .*us-east-1/);
    const [{ assessed } = { assessed: null }] = await incidentsOf(account);
    expect(assessed?.deadlinesAtRisk).toMatchObject([{ job: 'called' }]);
    const pools = await account.scenario.during(() => poolBreakers(account.ledger));
    expect(pools.map(({ lastAttempt }) => lastAttempt)).toContainEqual(expect.stringMatching(/^inc-/));
    expect(account.scenario.violations).toEqual([]);
  });

  it('is looked at once more, whether the response helped', async () => {
    const account = await openAccountForTest({ world: hopeless, faults: [ALL_NIGHT] });
    await account.start('called');
    await account.until(() => account.messages().some(({ subject }) => subject.startsWith('HIGH')), 400);
    await account.pass(30);
    const done = await account.scenario.during(() => recentActions(account.ledger));
    expect(done.at(-1)).toMatchObject({
      runbookId: 'quarantine-reclaimed-pool',
      outcome: { helped: expect.any(Boolean), because: expect.stringMatching(/since|came after/) },
    });
  });
});

describe('a cluster that nobody owns, and a reaper that cannot terminate it', () => {
  it('become incidents, of which people are told once, by those who found them', async () => {
    const [options, act] = DAYS['a cluster that nothing can terminate for hours']!;
    const account = await openAccountForTest(options);
    await act(account);
    const found = await incidentsOf(account);
    const rules = found.flatMap(({ incident }) => incident.threads.map(({ alarm }) => alarm.rule));
    expect(new Set(rules)).toEqual(new Set(['cluster-leaked', 'net-failed']));
    const subjects = account.messages().map(({ subject }) => subject);
    expect(subjects).toContainEqual(expect.stringMatching(/reap/));
    expect(subjects.filter((subject) => /^(CRITICAL|HIGH|MEDIUM)/.test(subject))).toEqual([]);
  });
});
