import { beforeEach, describe, expect, test } from 'vitest';
import { NotSimulatedError } from '../../../simulator/contracts.ts';
import { createDynamoDbService } from '../../../simulator/services/dynamodb/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
interface Answer {
  Table: object;
  Item: Item;
  Items: Item[];
  Attributes: Item;
  LastEvaluatedKey?: Item;
  UnprocessedItems: object;
  Responses: Record<string, Item[]>;
}
type Item = Record<string, { S?: string; B?: Uint8Array }>;
const ask = (operation: string, input: unknown) => asked<Answer>(kernel, 'dynamodb', operation, input);

async function ledger(): Promise<string> {
  kernel = fakeKernel();
  const dynamodb = createDynamoDbService(kernel);
  kernel.register(dynamodb);
  const table = await dynamodb.resources['AWS::DynamoDB::GlobalTable']!(
    'Ledger',
    {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [{ Region: 'us-east-1', DeletionProtectionEnabled: true }],
    },
    kernel,
  );
  return table.ref;
}

describe('a table of the template', () => {
  let TableName: string;
  const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
  beforeEach(async () => {
    TableName = await ledger();
  });

  test('is active at once, under a made-up name that the seed decides', async () => {
    expect(TableName).toMatch(/^Ledger-[A-Z0-9]{12}$/);
    expect(await ledger()).toBe(TableName);
    const { Table } = await ask('DescribeTable', { TableName });
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      CreationDateTime: new Date('2026-01-05T00:00:00Z'),
    });
  });

  test('a conditional put succeeds once; the second is told what stands there', async () => {
    const put = {
      TableName,
      Item: { ...key('run#a', 'run'), owner: { S: 'first' } },
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await ask('PutItem', put);
    await expect(
      ask('PutItem', { ...put, Item: { ...put.Item, owner: { S: 'second' } } }),
    ).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      details: { Item: { owner: { S: 'first' } } },
    });
  });

  test('of two conditional writes at once exactly one wins', async () => {
    const put = (owner: string) =>
      ask('PutItem', {
        TableName,
        Item: { ...key('lease', 'x'), owner: { S: owner } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }).then(
        () => true,
        () => false,
      );
    expect(await Promise.all([put('a'), put('b')])).toEqual([true, false]);
  });

  test('an update counts, sets and returns what is new', async () => {
    const update = {
      TableName,
      Key: key('wake', 'counter'),
      UpdateExpression: 'ADD #count :one SET note = if_not_exists(note, :note)',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':note': { S: 'first' } },
      ReturnValues: 'ALL_NEW',
    };
    await ask('UpdateItem', update);
    const { Attributes } = await ask('UpdateItem', update);
    expect(Attributes).toEqual({ ...key('wake', 'counter'), count: { N: '2' }, note: { S: 'first' } });
  });

  test('a query walks one partition in order, in pages', async () => {
    const RequestItems = {
      [TableName]: [3, 1, 2].map((n) => ({ PutRequest: { Item: key('job#a', `r#${n}`) } })),
    };
    expect((await ask('BatchWriteItem', { RequestItems })).UnprocessedItems).toEqual({});
    await ask('PutItem', { TableName, Item: key('job#b', 'r#1') });
    const query = {
      TableName,
      KeyConditionExpression: '#p = :p AND begins_with(sk, :s)',
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':p': { S: 'job#a' }, ':s': { S: 'r#' } },
      ScanIndexForward: false,
      Limit: 2,
    };
    const first = await ask('Query', query);
    expect(first.Items.map((item) => item.sk?.S)).toEqual(['r#3', 'r#2']);
    const rest = await ask('Query', { ...query, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(rest.Items.map((item) => item.sk?.S)).toEqual(['r#1']);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test('bytes come back as bytes, from single and batch reads', async () => {
    const body = { B: new Uint8Array([0, 255, 7]) };
    await ask('PutItem', { TableName, Item: { ...key('a', 'b'), body, nested: { L: [{ M: { body } }] } } });
    const { Item } = await ask('GetItem', { TableName, Key: key('a', 'b') });
    expect(Item['body']).toEqual(body);
    expect(Item['nested']).toEqual({ L: [{ M: { body } }] });
    const { Responses } = await ask('BatchGetItem', {
      RequestItems: { [TableName]: { Keys: [key('a', 'b')] } },
    });
    expect(Responses[TableName]?.[0]?.['body']).toEqual(body);
  });

  test('a stale read misses the last write, a consistent one never does', async () => {
    await ask('PutItem', { TableName, Item: { ...key('a', 'b'), n: { S: 'old' } } });
    await kernel.advance(60_000);
    await ask('PutItem', { TableName, Item: { ...key('a', 'b'), n: { S: 'new' } } });
    await ask('PutItem', { TableName, Item: key('a', 'c') });
    kernel.faults.set('stale-read', [{}, {}]);
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'a' } },
    };
    const get = { TableName, Key: key('a', 'b') };
    expect((await ask('GetItem', { ...get, ConsistentRead: true })).Item['n']).toEqual({ S: 'new' });
    expect((await ask('GetItem', get)).Item['n']).toEqual({ S: 'old' });
    expect((await ask('Query', query)).Items).toEqual([{ ...key('a', 'b'), n: { S: 'old' } }]);
    expect((await ask('Query', query)).Items).toHaveLength(2);
  });

  test('an item above 400 KB is refused', async () => {
    const Item = { ...key('a', 'b'), text: { S: 'x'.repeat(410_000) } };
    await expect(ask('PutItem', { TableName, Item })).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  test('a missing table is ResourceNotFoundException', async () => {
    await expect(ask('GetItem', { TableName: 'nowhere', Key: key('a', 'b') })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('what the simulator does not know is refused by name', async () => {
    const old = { TableName, Key: key('a', 'b'), AttributesToGet: ['pk'] };
    await expect(ask('GetItem', old)).rejects.toThrow(/dynamodb GetItem .*AttributesToGet is unknown here/);
    await expect(ask('GetItem', old)).rejects.toBeInstanceOf(NotSimulatedError);
  });

  test('an index has an ARN of its own in IAM', async () => {
    await ask('Query', {
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'a' } },
      IndexName: 'byDay',
    }).catch(() => undefined);
    expect(kernel.required).toEqual([
      {
        action: 'dynamodb:Query',
        resource: `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}/index/byDay`,
      },
    ]);
  });
});
