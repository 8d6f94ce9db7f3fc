import { describe, expect, it } from 'vitest';
import { faultyAccount } from './faulty-account.ts';
import { launched, withOrders } from '../services/emr-account.ts';

const KEY = { TableName: 'things', Key: { pk: { S: 'RUN#1' } } };
const put = (changes = {}) => ({
  TableName: 'things',
  Item: { pk: { S: 'RUN#1' }, v: { N: '1' } },
  ...changes,
});
const conditional = put({ ConditionExpression: 'attribute_not_exists(pk)' });

describe('a stale read', () => {
  it('misses what was just written; a strongly consistent one never does', async () => {
    const account = await faultyAccount([{ kind: 'stale-read', match: { table: 'things' } }]);
    await account.call('dynamodb', 'PutItem', put());
    expect(await account.call('dynamodb', 'GetItem', KEY)).toEqual({});
    expect(await account.call('dynamodb', 'GetItem', { ...KEY, ConsistentRead: true })).toHaveProperty(
      'Item',
    );
    expect(account.struck('stale-read')).toBe(1);
    await account.pass(1);
    expect(await account.call('dynamodb', 'GetItem', KEY)).toHaveProperty('Item');
    expect(account.struck('stale-read')).toBe(1);
  });
});

it('a conditional failure says no although the write is there', async () => {
  const account = await faultyAccount([
    { kind: 'conditional-failure', match: { table: 'things', key: 'RUN#*' }, times: 1 },
  ]);
  await account.call('dynamodb', 'PutItem', {
    ...put(),
    Item: { pk: { S: 'OTHER' } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  expect(account.struck('conditional-failure')).toBe(0);
  const refused = account.call('dynamodb', 'PutItem', {
    ...conditional,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  await expect(refused).rejects.toMatchObject({
    code: 'ConditionalCheckFailedException',
    details: { Item: { v: { N: '1' } } },
  });
  expect(await account.call('dynamodb', 'GetItem', KEY)).toHaveProperty('Item');
});

describe('a throttled partition', () => {
  const faults = [{ kind: 'throttled-partition', match: { table: 'things', key: 'RUN#*' } }] as const;

  it('refuses reads, writes and transactions for its keys, and lets others pass', async () => {
    const account = await faultyAccount([...faults]);
    await expect(account.call('dynamodb', 'PutItem', put())).rejects.toMatchObject({
      code: 'ThrottlingException',
      details: { throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded' }] },
    });
    await expect(account.call('dynamodb', 'GetItem', KEY)).rejects.toMatchObject({
      details: { throttlingReasons: [{ reason: 'TableReadKeyRangeThroughputExceeded' }] },
    });
    const query = {
      TableName: 'things',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'RUN#2' } },
    };
    await expect(account.call('dynamodb', 'Query', query)).rejects.toMatchObject({
      code: 'ThrottlingException',
    });
    const both = [{ Put: put() }, { Put: { TableName: 'things', Item: { pk: { S: 'SPEND' } } } }];
    await expect(
      account.call('dynamodb', 'TransactWriteItems', { TransactItems: both }),
    ).rejects.toMatchObject({
      details: { CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }] },
    });
    expect(await account.call('dynamodb', 'GetItem', { ...KEY, Key: { pk: { S: 'SPEND' } } })).toEqual({});
  });
});

it('a listing lags behind: a young cluster is missing from it, and can be described', async () => {
  const account = withOrders({ faults: [{ kind: 'listing-lag', with: { seconds: 120 } }] });
  const { id, describe: look } = await launched(account);
  const listed = async () =>
    (await account.call('emr', 'ListClusters', {})).Clusters.map((cluster: { Id: string }) => cluster.Id);
  expect(await listed()).toEqual([]);
  expect(await look()).toMatchObject({ Id: id });
  await account.pass(2);
  expect(await listed()).toEqual([id]);
});
