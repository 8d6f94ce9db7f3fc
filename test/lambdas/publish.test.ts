import { beforeEach, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as publishOutput } from '../../lambdas/publish-output.ts';
import { handler as reportFailedNet } from '../../lambdas/report-failed-net.ts';
import { handler as reportDeadLetters } from '../../lambdas/report-dead-letters.ts';
import { EXECUTION, openAccount, START, type Account } from './account.ts';

const NIGHTS = ['2026-01-06', '2026-01-07', '2026-01-08'].map((day) => `${day}T01:00:00.000Z`);
const LATEST = 'orders/_published/latest.json';
let account: Account;

async function publish(scheduledAt: string, attempt = 1) {
  const executionArn = `${EXECUTION}-${scheduledAt}`;
  const { run } = await account.invoke(admitRun, { ...START, scheduledAt, executionArn });
  return account.invoke(publishOutput, { run: { ...run, attempt } });
}

const read = (key: string) => JSON.parse(account.s3.read('example-results', key) ?? 'null');
const publications = () =>
  account.s3
    .list('example-results', 'orders/_published/')
    .map(({ key }) => key)
    .filter((key) => key !== LATEST);

describe('a published output', () => {
  beforeEach(async () => {
    account = await openAccount();
  });

  it('is named by the pointer to the latest, with what a reader needs', async () => {
    expect(await publish(START.scheduledAt)).toMatchObject({ published: true });
    expect(read(LATEST)).toMatchObject({
      runKey: `orders-nightly@${START.scheduledAt}`,
      scheduledAt: START.scheduledAt,
      attempt: 1,
      prefix: expect.stringMatching(/^s3:\/\/example-results\/orders\/_attempts\/[0-9a-f]{12}\/1\/$/),
    });
    expect(read(publications()[0] ?? '')).toEqual(read(LATEST));
  });

  it('never gives way to an older one, whichever run ends first', async () => {
    for (const i of [0, 2, 1]) await publish(NIGHTS[i] ?? '');
    expect(read(LATEST).scheduledAt).toBe(NIGHTS[2]);
    expect(publications()).toHaveLength(3);
  });

  it('stays that of the first attempt that was published, for the pointer to the latest, too', async () => {
    await publish(START.scheduledAt);
    account.s3.deleteObject('example-results', LATEST);
    expect(await publish(START.scheduledAt, 2)).toMatchObject({ published: false });
    expect(read(LATEST)).toMatchObject({ attempt: 1 });
  });
});

describe('an event that nobody handled', () => {
  it('is told of when the alarm of its queue calls', async () => {
    account = await openAccount();
    const queue = { DEAD_LETTERS_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/dead-letters' };
    const alarm = {
      source: 'aws.cloudwatch',
      alarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:flarepath-dead-letters',
      accountId: '123456789012',
      time: '2026-01-06T03:00:00.000+0000',
      region: 'us-east-1',
      alarmData: { alarmName: 'flarepath-dead-letters', state: { value: 'ALARM', reason: 'crossed' } },
    };
    await account.invoke(reportDeadLetters, alarm, queue);
    expect(account.outside.messages).toEqual([
      expect.objectContaining({ Message: expect.stringContaining(queue.DEAD_LETTERS_URL) }),
    ]);
  });
});

describe('another alarm about Flarepath itself', () => {
  it('is told in its own words, with what was measured', async () => {
    account = await openAccount();
    const alarm = {
      source: 'aws.cloudwatch',
      time: '2026-01-06T03:00:00.000+0000',
      alarmData: {
        alarmName: 'flarepath-slack-parked',
        state: { value: 'ALARM', reason: 'Threshold Crossed: 1 datapoint [3.0] was not less than 1.0.' },
        configuration: { description: 'Slack took a message in none of its tries.' },
      },
    };
    await account.invoke(reportDeadLetters, alarm, { DEAD_LETTERS_URL: 'https://sqs/dead' });
    expect(account.outside.messages).toEqual([
      expect.objectContaining({
        Subject: 'Flarepath itself: flarepath-slack-parked',
        Message: expect.stringMatching(/Slack took a message in none of its tries[^]*\[3\.0\]/),
      }),
    ]);
  });
});

describe('a net that failed', () => {
  it('is told of once an hour, with its cause and what to do', async () => {
    account = await openAccount();
    const detail = {
      status: 'FAILED',
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:flarepath-reap:p-1',
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:flarepath-reap',
      error: 'ClustersLeft',
      cause: 'Not released: 1. j-1 (RequestRefusedError)',
    };
    for (let pass = 0; pass < 5; pass += 1) {
      await account.invoke(reportFailedNet, { detail });
      await account.pass(900);
    }
    expect(account.outside.messages).toHaveLength(2);
    expect(account.outside.messages[0]).toMatchObject({
      Subject: 'Flarepath: flarepath-reap FAILED',
      Message: expect.stringMatching(/j-1[^]*no-termination-protected/),
    });
  });
});
