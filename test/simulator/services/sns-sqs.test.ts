import { beforeEach, describe, expect, test } from 'vitest';
import { createSnsService, type SnsService } from '../../../simulator/services/sns/service.ts';
import { createSqsService, type SqsService } from '../../../simulator/services/sqs/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
let sns: SnsService;
let sqs: SqsService;
const TopicArn = 'arn:aws:sns:us-east-1:123456789012:messages';
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/work';

interface Received {
  Messages?: { Body: string; ReceiptHandle: string; Attributes: Record<string, string> }[];
}
const receive = (more: object = {}) =>
  asked<Received>(kernel, 'sqs', 'ReceiveMessage', { QueueUrl, ...more });
const send = (MessageBody: string, more: object = {}) =>
  asked(kernel, 'sqs', 'SendMessage', { QueueUrl, MessageBody, ...more });
const publish = (input: object) => asked(kernel, 'sns', 'Publish', { TopicArn, ...input });

beforeEach(async () => {
  kernel = fakeKernel();
  sns = createSnsService(kernel);
  sqs = createSqsService(kernel);
  kernel.register(sns, sqs);
  const queue = (QueueName: string, more: object = {}) =>
    sqs.resources['AWS::SQS::Queue']!(QueueName, { QueueName, ...more }, kernel);
  const dead = await queue('dead');
  await queue('work', {
    VisibilityTimeout: 60,
    RedrivePolicy: { deadLetterTargetArn: dead.attributes['Arn'], maxReceiveCount: 2 },
  });
  await sns.resources['AWS::SNS::Topic']!('Messages', { TopicName: 'messages' }, kernel);
});

describe('a topic', () => {
  test('keeps what was published, with its time', async () => {
    await kernel.advance(60_000);
    await publish({ Subject: 'Run late', Message: 'It will be late.' });
    expect(sns.outbox).toMatchObject([
      { subject: 'Run late', message: 'It will be late.', publishedAtMs: Date.parse('2026-01-05T00:01:00Z') },
    ]);
  });

  test.each([
    [{ Subject: 'x'.repeat(101), Message: 'm' }],
    [{ Subject: 'zu spät', Message: 'm' }],
    [{ Subject: 'two\nlines', Message: 'm' }],
    [{ Message: 'x'.repeat(262_145) }],
    [{ Message: '' }],
  ])('refuses what SNS refuses', async (input) => {
    await expect(publish(input)).rejects.toMatchObject({ code: 'InvalidParameter' });
  });

  test('hands each protocol its own form of a message, and people the default', async () => {
    const subscription = { TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:123456789012:work' };
    await sns.resources['AWS::SNS::Subscription']!('S', subscription, kernel);
    await publish({
      Message: JSON.stringify({ default: 'for people', sqs: '{"a":1}' }),
      MessageStructure: 'json',
    });
    await kernel.advance(1000);
    expect(sns.outbox[0]?.message).toBe('for people');
    expect(JSON.parse(sqs.messages('work')[0]!.body)).toMatchObject({ Message: '{"a":1}' });
  });

  test.each(['not json', '{"sqs":"x"}', '[]'])('refuses forms without a default: %s', async (Message) => {
    await expect(publish({ Message, MessageStructure: 'json' })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });

  test('sends to subscribed queues in its own name', async () => {
    const subscription = { TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:123456789012:work' };
    await sns.resources['AWS::SNS::Subscription']!('S', subscription, kernel);
    await publish({ Message: 'hello' });
    await kernel.advance(1000);
    expect(JSON.parse(sqs.messages('work')[0]!.body)).toMatchObject({
      Type: 'Notification',
      Message: 'hello',
    });
    expect(kernel.calls.at(-1)?.principal).toEqual({
      kind: 'service',
      id: 'sns.amazonaws.com',
      sourceArn: TopicArn,
    });
  });
});

describe('a queue', () => {
  test('hides a received message until its time is over or it is deleted', async () => {
    await send('a');
    const first = await receive();
    expect(first.Messages?.map(({ Body }) => Body)).toEqual(['a']);
    expect(await receive()).toEqual({});
    await kernel.advance(60_000);
    const again = await receive();
    expect(again.Messages?.[0]?.Attributes['ApproximateReceiveCount']).toBe('2');
    await asked(kernel, 'sqs', 'DeleteMessage', {
      QueueUrl,
      ReceiptHandle: again.Messages?.[0]?.ReceiptHandle,
    });
    await kernel.advance(60_000);
    expect(sqs.messages('work')).toEqual([]);
  });

  test('hides a received message for as long as it is asked to, and no message that it has not handed out', async () => {
    await send('a');
    const [message] = (await receive()).Messages!;
    const hide = (VisibilityTimeout: number) =>
      asked(kernel, 'sqs', 'ChangeMessageVisibility', {
        QueueUrl,
        ReceiptHandle: message!.ReceiptHandle,
        VisibilityTimeout,
      });
    await hide(300);
    await kernel.advance(299_000);
    expect(await receive()).toEqual({});
    await kernel.advance(1000);
    await expect(hide(300)).rejects.toMatchObject({ code: 'MessageNotInflight' });
    expect((await receive()).Messages).toHaveLength(1);
    await expect(hide(43_201)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  test('hands what was received too often to its dead-letter queue', async () => {
    await send('poison');
    for (let i = 0; i < 3; i += 1) {
      await receive();
      await kernel.advance(61_000);
    }
    expect(sqs.messages('work')).toEqual([]);
    expect(sqs.messages('dead').map(({ body }) => body)).toEqual(['poison']);
  });

  test('a long poll ends with the next message, or empty after its time', async () => {
    const poll = receive({ WaitTimeSeconds: 20 });
    await kernel.advance(5000);
    await send('b');
    expect((await poll).Messages).toHaveLength(1);
    expect(await kernel.during(receive({ WaitTimeSeconds: 20 }))).toEqual({});
  });

  test('delays, and forgets after its retention', async () => {
    await send('later', { DelaySeconds: 30 });
    expect(await receive()).toEqual({});
    await kernel.advance(30_000);
    expect((await receive()).Messages).toHaveLength(1);
    await kernel.advance(5 * 86_400_000);
    expect(sqs.messages('work')).toEqual([]);
  });

  test('a queue that is not there says so', async () => {
    await expect(receive({ QueueUrl: `${QueueUrl}-other` })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
  });
});
