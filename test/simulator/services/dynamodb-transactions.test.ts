import { beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbService } from '../../../simulator/services/dynamodb/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
const TableName = 'ledger';
type Item = Record<string, Record<string, unknown>>;
const Key = (pk: string) => ({ pk: { S: pk } });
const ask = (operation: string, input: unknown) =>
  asked<{ Item?: Item }>(kernel, 'dynamodb', operation, input);
const transact = (TransactItems: object[], ClientRequestToken?: string) =>
  ask('TransactWriteItems', { TransactItems, ...(ClientRequestToken && { ClientRequestToken }) });
const read = async (pk: string) =>
  (await ask('GetItem', { TableName, Key: Key(pk), ConsistentRead: true })).Item;

const put = (pk: string) => ({
  Put: { TableName, Item: Key(pk), ConditionExpression: 'attribute_not_exists(pk)' },
});
/** adds to a sum that may not pass its limit */
const add = (pk: string, amount: number, limit: number) => ({
  Update: {
    TableName,
    Key: Key(pk),
    UpdateExpression: 'ADD spent :amount',
    ConditionExpression: 'attribute_not_exists(spent) OR spent <= :room',
    ExpressionAttributeValues: { ':amount': { N: String(amount) }, ':room': { N: String(limit - amount) } },
  },
});

beforeEach(async () => {
  kernel = fakeKernel();
  const dynamodb = createDynamoDbService(kernel);
  kernel.register(dynamodb);
  await dynamodb.resources['AWS::DynamoDB::Table']!(
    'Ledger',
    {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
    kernel,
  );
});

describe('a transaction', () => {
  test('does all it says: puts, updates, deletes; a check changes nothing', async () => {
    await ask('PutItem', { TableName, Item: Key('gone') });
    const absent = {
      ConditionCheck: { TableName, Key: Key('absent'), ConditionExpression: 'attribute_not_exists(pk)' },
    };
    await transact([put('new'), add('sum', 3, 10), { Delete: { TableName, Key: Key('gone') } }, absent]);
    expect(await read('new')).toEqual(Key('new'));
    expect(await read('sum')).toEqual({ ...Key('sum'), spent: { N: '3' } });
    expect(await read('gone')).toBeUndefined();
    expect(await read('absent')).toBeUndefined();
  });

  test('that fails in one part does nothing at all, and says which parts failed', async () => {
    await transact([add('sum', 8, 10)]);
    await ask('PutItem', { TableName, Item: { ...Key('kept'), note: { S: 'old' } } });
    const refused = transact([
      put('new'),
      { Put: { TableName, Item: { ...Key('kept'), note: { S: 'new' } } } },
      add('sum', 3, 10),
      { ConditionCheck: { TableName, Key: Key('absent'), ConditionExpression: 'attribute_exists(pk)' } },
    ]);
    const unmet = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
    await expect(refused).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      message: /\[None, None, ConditionalCheckFailed, ConditionalCheckFailed\]$/,
      details: { CancellationReasons: [{ Code: 'None' }, { Code: 'None' }, unmet, unmet] },
    });
    expect(await read('new')).toBeUndefined();
    expect(await read('kept')).toEqual({ ...Key('kept'), note: { S: 'old' } });
    expect(await read('sum')).toEqual({ ...Key('sum'), spent: { N: '8' } });
  });

  test('asked for many times at once never passes a limit that each of them checks', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 9 }, (_, n) =>
        transact([put(`r${n}`), add('job', 3, 100), add('account', 3, 14)]),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(await read('account')).toMatchObject({ spent: { N: '12' } });
    expect(await read('job')).toMatchObject({ spent: { N: '12' } });
  });

  test('with the token of an earlier one is done once, for ten minutes', async () => {
    await transact([add('sum', 3, 100)], 'token');
    await transact([add('sum', 3, 100)], 'token');
    expect(await read('sum')).toMatchObject({ spent: { N: '3' } });
    await expect(transact([add('sum', 4, 100)], 'token')).rejects.toMatchObject({
      code: 'IdempotentParameterMismatchException',
    });
    await kernel.advance(601_000);
    await transact([add('sum', 3, 100)], 'token');
    expect(await read('sum')).toMatchObject({ spent: { N: '6' } });
  });

  test('may not touch an item twice, nor do two things in one part, nor name a table that is not there', async () => {
    await expect(transact([put('a'), add('a', 1, 2)])).rejects.toThrow(
      'cannot include multiple operations on one item',
    );
    await expect(transact([{ ...put('a'), ...add('b', 1, 2) }])).rejects.toThrow('can only contain one of');
    await expect(
      transact([put('a'), { Delete: { TableName: 'nowhere', Key: Key('b') } }]),
    ).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    expect(await read('a')).toBeUndefined();
  });

  test('needs the right of each part', async () => {
    const check = {
      ConditionCheck: { TableName, Key: Key('b'), ConditionExpression: 'attribute_not_exists(pk)' },
    };
    await transact([put('a'), check, add('c', 1, 2), { Delete: { TableName, Key: Key('d') } }]);
    expect(kernel.required.map(({ action }) => action)).toEqual([
      'dynamodb:PutItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    ]);
  });

  test('is missed by a stale read', async () => {
    await transact([add('sum', 3, 100)]);
    await kernel.advance(60_000);
    await transact([add('sum', 3, 100)]);
    kernel.faults.set('stale-read', [{}]);
    expect((await ask('GetItem', { TableName, Key: Key('sum') })).Item).toMatchObject({ spent: { N: '3' } });
  });
});
