/** The runtime model of a job over its runs: versions, a broken run, and people who put an older one in charge. */
import { describe, expect, it } from 'vitest';
import { putRecordOnce } from '../../lambdas/aws/ledger-records.ts';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { getDocument } from '../../lambdas/aws/documents.ts';
import { openAccountForTest, type TestAccount } from './account.ts';
import { operator } from './operator.ts';

async function fly(account: TestAccount, job = 'called') {
  const runKey = await account.start(job);
  await account.landed();
  return runKey;
}
const documentsOf = ({ ledger, outputs }: TestAccount) => ({
  clients: ledger.clients,
  bucket: outputs['DocumentsBucket'] ?? '',
});

/** The plan of the newest record. */
async function newestPlan(account: TestAccount) {
  const [record] = await account.records('called');
  if (record?.plan === undefined || record.plan === null) throw new Error('no plan on record');
  const ref = record.plan;
  return account.scenario.during(() => getDocument(documentsOf(account), ref, FleetPlan));
}

/** A run on record like the newest one, but 100 times as long. */
async function poison(account: TestAccount) {
  const [newest] = await account.records('called');
  if (newest === undefined) throw new Error('no run on record');
  const scheduledAt = new Date(account.nowMs()).toISOString();
  const runtimeSeconds = 100 * (newest.runtimeSeconds ?? 0);
  const broken = { ...newest, runKey: `called@${scheduledAt}`, scheduledAt, runtimeSeconds };
  await account.scenario.during(() => putRecordOnce(account.ledger, broken));
}

describe('the runtime model of a job', () => {
  it('is not taken over by a broken run; people see why, go back to an older version and release it', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    expect(await flarepath('models', 'list', 'called')).toMatchObject({ code: 2 });
    await fly(account);
    const first = await account.model('called');
    await account.pass(30);
    await fly(account);
    const before = await account.model('called');
    await account.pass(30);
    await poison(account);
    const runKey = await fly(account);
    expect(await account.model('called')).toEqual(before);
    const told = account
      .messages()
      .map(({ message }) => message.replace(/\s+/g, ' '))
      .findLast((message) => message.startsWith('called, run of'));
    expect(told).toContain('Not promoted: on 4 past runs left out of the fits its loss is');

    const list = await flarepath('models', 'list', 'called');
    expect(list.out).toMatch(/3 versions/);
    expect(list.out).toMatch(/not promoted\n.*in charge/);
    list.out.split('\n').forEach((line) => expect(line.length).toBeLessThanOrEqual(80));
    const [rejected] = JSON.parse((await flarepath('models', 'list', 'called', '--json')).out).versions;
    const shown = (await flarepath('models', 'show', 'called', rejected.version)).out;
    expect(shown).toMatch(/Not promoted:/);
    expect(shown).toContain(rejected.trainingSetSha256);
    const plan = await newestPlan(account);
    expect(plan.models).toMatchObject({
      runtime: before?.version,
      load: expect.stringMatching(/^load-[a-z-]+-[0-9a-f]{12}$/),
    });
    const used = await flarepath('models', 'show', 'called', '--run', runKey.split('@')[1] ?? '');
    expect(used.out).toContain(`Load: ${plan.models.load}`);
    expect(used.out).toContain(`Runtime: ${before?.version}`);

    const to = first?.version ?? '';
    expect(
      await flarepath('models', 'rollback', 'called', '--to', 'runtime-none', '--reason', 'x'),
    ).toMatchObject({
      code: 2,
    });
    expect(
      await flarepath('models', 'rollback', 'called', '--to', to, '--reason', 'half an input'),
    ).toMatchObject({
      code: 0,
    });
    await account.pass(30);
    await fly(account);
    const pinned = await newestPlan(account);
    expect(pinned.models.runtime).toBe(to);
    expect(pinned.reasons.join(' ')).toMatch(/which ana pinned at .* until it is released: half an input/);
    expect(account.messages().at(-1)?.message.replace(/\s+/g, ' ')).toContain('Plans use the runtime model');
    expect((await flarepath('models', 'list', 'called')).out).toMatch(/in charge, pinned/);

    const release = ['models', 'rollback', 'called', '--release', '--reason', 'whole again'];
    expect(await flarepath(...release)).toMatchObject({ code: 0 });
    expect(await flarepath(...release)).toMatchObject({ code: 2 });
    await account.pass(30);
    await fly(account);
    expect((await newestPlan(account)).models.runtime).not.toBe(to);
  });

  it('is pinned for a time only when people say so', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    await fly(account);
    const to = (await account.model('called'))?.version ?? '';
    await account.pass(30);
    await fly(account);
    const promoted = (await account.model('called'))?.version;
    expect(promoted).not.toBe(to);
    const until = new Date(account.nowMs() + 20 * 60_000).toISOString();
    await flarepath('models', 'rollback', 'called', '--to', to, '--until', until, '--reason', 'a look');
    await account.pass(30);
    await fly(account);
    expect((await newestPlan(account)).models.runtime).toBe(promoted);
  });
});
