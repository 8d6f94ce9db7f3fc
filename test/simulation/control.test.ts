/** Operators at their command line, against a deployment in flight. */
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, openAccountForTest, type TestAccount } from './account.ts';
import { heavier } from './happenings.ts';
import { operator } from './operator.ts';

const inMinutes = (account: TestAccount, minutes: number) =>
  new Date(account.nowMs() + minutes * MINUTE_MS).toISOString();
const said = (account: TestAccount) =>
  account.messages().map(({ subject, message }) => `${subject}\n${message}`.replace(/\s+/g, ' '));
const controlOf = async (flarepath: ReturnType<typeof operator>) =>
  JSON.parse((await flarepath('control', '--json')).out);

describe('the kill switch', () => {
  it('stops launches, is told with the command that ends it, and lets them go on', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    expect(await flarepath('kill-switch', 'on', '--reason', 'spend looks odd')).toMatchObject({ code: 0 });
    await account.start('called');
    await account.landed();
    expect(account.clusters()).toEqual([]);
    expect(said(account)[0]).toMatch(
      /kill switch is on, set by ana.*spend looks odd.*flarepath kill-switch off/,
    );
    expect((await flarepath('control')).out).toMatch(
      /Kill switch: on\n +by ana.*spend looks odd\n +as arn:aws:iam::123456789012:root/,
    );
    await flarepath('kill-switch', 'off', '--reason', 'found it');
    const runKey = await account.start('called');
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'succeeded' });
    const { account: sums, reservations } = await controlOf(flarepath);
    expect(reservations).toEqual([]);
    expect(sums).toMatchObject({
      reservedUsd: 0,
      launches: expect.any(Number),
      onDemandVcpus: 0,
      spotVcpus: 0,
    });
    expect(sums.spentUsd).toBeGreaterThan(0);
  });

  it('brings down what flies when it is told to', async () => {
    const account = await openAccountForTest({ world: heavier });
    const flarepath = operator(account);
    const runKey = await account.start('called');
    await account.until(() => account.runningInstances().length > 0);
    expect((await controlOf(flarepath)).reservations).toMatchObject([{ runKey, settledAt: null }]);
    await flarepath('kill-switch', 'on', '--release', '--reason', 'account compromised');
    await account.pass(15);
    expect(account.runningInstances()).toEqual([]);
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(said(account).at(-1)).toMatch(/kill switch brought it down, set by ana: account compromised/);
    expect((await controlOf(flarepath)).reservations).toEqual([]);
  });
});

describe('a limit', () => {
  it('that is reached in flight ends the flight below it, for good, and people are told', async () => {
    const account = await openAccountForTest({ world: heavier });
    const flarepath = operator(account);
    const runKey = await account.start('called');
    await account.until(() => account.runningInstances().length > 0);
    const [{ hourlyMicroUsd }] = (await controlOf(flarepath)).reservations;
    const limitUsd = (hourlyMicroUsd / 1e6) * 0.4;
    const until = inMinutes(account, 600);
    const args = ['--run-limit-usd', limitUsd.toFixed(4), '--until', until, '--reason', 'test'];
    expect(await flarepath('override', 'called', ...args)).toMatchObject({ code: 0 });
    await account.landed();
    const charged = account
      .clusters()
      .reduce((sum, id) => sum + account.scenario.world.billing.ofCluster(id).totalUsd, 0);
    expect(charged).toBeLessThanOrEqual(limitUsd);
    expect(account.clusters()).toHaveLength(1);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(said(account).at(-1)).toMatch(/could pass the run's limit.*flarepath override/);
  });

  it('of launches an hour lets the next run wait for the next hour', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    const until = inMinutes(account, 600);
    await flarepath(
      'override',
      '--account',
      '--launches-per-hour',
      '1',
      '--until',
      until,
      '--reason',
      'test',
    );
    await account.start('steady');
    await account.until(() => account.clusters().length > 0);
    await account.start('called');
    await account.landed();
    const launches = account.calls('RunJobFlow').map(({ atMs }) => new Date(atMs).getUTCHours());
    expect(launches).toHaveLength(2);
    expect(new Set(launches).size).toBe(2);
  });
});

describe('a pause', () => {
  it('holds a run back while it can still land in time, and is ended early', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    await flarepath('pause', 'called', '--until', inMinutes(account, 30));
    const runKey = await account.start('called');
    await account.pass(10);
    expect(account.clusters()).toEqual([]);
    expect(await flarepath('resume', 'called')).toMatchObject({ code: 0 });
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'succeeded' });
    expect(await flarepath('resume', 'called')).toMatchObject({ code: 2 });
  });

  it('that lasts too long skips the run, and that is told', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    await flarepath('pause', '--all', '--until', inMinutes(account, 3000), '--reason', 'move');
    const runKey = await account.start('called');
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'skipped' });
    expect(said(account).at(-1)).toMatch(/Every job is paused .*set by ana.*move.*flarepath resume --all/);
  });
});

describe('a run', () => {
  it('that is cancelled leaves no cluster, and nothing reserved', async () => {
    const account = await openAccountForTest({ world: heavier });
    const flarepath = operator(account);
    const runKey = await account.start('called');
    await account.until(() => account.runningInstances().length > 0);
    expect(await flarepath('cancel', runKey, '--reason', 'bad input')).toMatchObject({
      code: 0,
      out: expect.stringContaining('no cluster any more'),
    });
    expect(account.runningInstances()).toEqual([]);
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    // whoever was first to release it: the rule, or the command
    expect(said(account)).toEqual([
      expect.stringMatching(/RunCancelled.*Cancelled by ana \(arn:aws:iam::123456789012:root\): bad input/),
    ]);
    expect((await controlOf(flarepath)).reservations).toEqual([]);
    expect(await flarepath('reap')).toMatchObject({ code: 0 });
  });

  it('that waits for people is answered by the command that its message names', async () => {
    const account = await openAccountForTest();
    const flarepath = operator(account);
    const runKey = await account.start('approved');
    await account.until(() => account.messages().length > 0);
    expect(said(account)[0]).toContain(`flarepath approve ${runKey}`);
    expect(await flarepath('approve', runKey, '--reason', 'fine')).toMatchObject({ code: 0 });
    await account.until(() => account.clusters().length > 0);
    expect(await flarepath('approve', runKey, '--reason', 'again')).toMatchObject({ code: 2 });
  });
});
