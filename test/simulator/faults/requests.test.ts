import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../simulator/faults.ts';
import { faultyAccount } from './faulty-account.ts';

const ON_UPDATES = { service: 'dynamodb', operation: 'UpdateItem' };
const increment = new UpdateItemCommand({
  TableName: 'things',
  Key: { pk: { S: 'counter' } },
  UpdateExpression: 'ADD n :one',
  ExpressionAttributeValues: { ':one': { N: '1' } },
});

async function incremented(kind: FaultInput['kind'], transport: 'in-process' | 'loopback') {
  const account = await faultyAccount([{ kind, match: ON_UPDATES, times: 1 }], { transport });
  await account.scenario.during(() => account.clients.dynamodb.send(increment));
  const { Item } = (await account.call('dynamodb', 'GetItem', {
    TableName: 'things',
    Key: { pk: { S: 'counter' } },
    ConsistentRead: true,
  })) as { Item: { n: { N: string } } };
  return { count: Item.n.N, struck: account.struck(kind), hash: account.scenario.traceHash() };
}

describe('a request that the SDK tries again by itself', () => {
  it.each([
    ['throttle', '1'],
    ['server-error', '1'],
    ['reset', '1'],
    ['lost-response', '2'],
  ] as const)('after %s has been carried out %s time(s), on both transports alike', async (kind, count) => {
    const inProcess = await incremented(kind, 'in-process');
    expect(inProcess).toMatchObject({ count, struck: 1 });
    expect(await incremented(kind, 'loopback')).toEqual(inProcess);
  });

  it('meets its own write when it was conditional', async () => {
    const account = await faultyAccount([
      { kind: 'lost-response', match: { operation: 'PutItem' }, times: 1 },
    ]);
    const put = new PutItemCommand({
      TableName: 'things',
      Item: { pk: { S: 'lease' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    const answer = account.scenario.during(() => account.clients.dynamodb.send(put));
    await expect(answer).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });
});

it('latency delays a request, which is carried out though its function has timed out meanwhile', async () => {
  const account = await faultyAccount(
    [{ kind: 'latency', match: { operation: 'PutItem' }, with: { seconds: 90 }, times: 1 }],
    {
      handler: async (_event, seams) => {
        const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
        const put = new PutItemCommand({ TableName: 'things', Item: { pk: { S: 'late' } } });
        await new DynamoDBClient(seams).send(put);
      },
    },
  );
  const invoked = (await account.call('lambda', 'Invoke', { FunctionName: 'worker' })) as {
    Payload: Uint8Array;
  };
  expect(JSON.parse(new TextDecoder().decode(invoked.Payload))).toMatchObject({
    errorType: 'Sandbox.Timedout',
  });
  const lookUp = () =>
    account.call('dynamodb', 'GetItem', { TableName: 'things', Key: { pk: { S: 'late' } } });
  expect(await lookUp()).toEqual({});
  await account.pass(1);
  expect(await lookUp()).toMatchObject({ Item: { pk: { S: 'late' } } });
});
