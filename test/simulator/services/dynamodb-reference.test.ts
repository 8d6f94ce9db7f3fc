import * as database from 'dynalite/db/index.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import updateItem from 'dynalite/actions/updateItem.js';
import * as deleteItemRules from 'dynalite/validations/deleteItem.js';
import * as getItemRules from 'dynalite/validations/getItem.js';
import * as validations from 'dynalite/validations/index.js';
import * as putItemRules from 'dynalite/validations/putItem.js';
import * as queryRules from 'dynalite/validations/query.js';
import * as updateItemRules from 'dynalite/validations/updateItem.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DynamoDbEngine } from '../../../simulator/services/dynamodb/engine.ts';

const TableName = 'ledger';
const DESCRIPTION = {
  TableName,
  TableStatus: 'ACTIVE',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};
const ACTIONS = {
  DeleteItem: { act: deleteItem, rules: deleteItemRules },
  GetItem: { act: getItem, rules: getItemRules },
  PutItem: { act: putItem, rules: putItemRules },
  Query: { act: query, rules: queryRules },
  UpdateItem: { act: updateItem, rules: updateItemRules },
};
type Request = [keyof typeof ACTIONS, Record<string, unknown>];

/** dynalite as it comes: its own database, each request checked and parsed anew. */
async function reference() {
  const store = database.create({});
  await new Promise<void>((resolve) => store.tableDb.put(TableName, DESCRIPTION, () => resolve()));
  return ([operation, input]: Request) =>
    new Promise((resolve) => {
      const { act, rules } = ACTIONS[operation];
      try {
        const data = validations.checkTypes(structuredClone(input), rules.types);
        validations.checkValidations(data, rules.types, rules.custom, store);
        act(store, data, (error, result) => resolve(error ? codeOf(error) : plain(result)));
      } catch (error) {
        resolve(codeOf(error));
      }
    });
}

function ours() {
  const engine = new DynamoDbEngine();
  engine.addTable(TableName, DESCRIPTION);
  return ([operation, input]: Request) =>
    engine.call(operation, input).then(plain, (error: { code: string }) => error.code);
}

const codeOf = (error: unknown): string => (error as { body: { __type: string } }).body.__type.split('#')[1]!;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const pk = fc.constantFrom('a', 'b');
const sk = fc.constantFrom('r#1', 'r#10', 'r#2', 's', '');
const number = fc.constantFrom('1', '1.50', '-3', '0.1', '1e3', 'none');
const key = fc.record({ pk: pk.map((S) => ({ S })), sk: sk.map((S) => ({ S })) });
const value = fc.oneof(
  number.map((N) => ({ N })),
  fc.constantFrom('x', 'y').map((S) => ({ S })),
  fc.constantFrom(['p'], ['p', 'q']).map((SS) => ({ SS })),
  fc.constant({ M: { inner: { N: '2' } } }),
  fc.constant({ L: [{ S: 'x' }, { N: '7' }] }),
);
const condition = fc.constantFrom(
  'attribute_not_exists(pk)',
  'attribute_exists(#v)',
  '#v = :v',
  '#v <> :v AND attribute_exists(pk)',
  '#v > :v OR begins_with(note, :v)',
  'NOT contains(#v, :v)',
  'size(#v) >= :v',
  '#v BETWEEN :v AND :v',
  '#v IN (:v, :v)',
  '#v.inner = :v',
  'status = :v',
  '#v = :missing',
);
const change = fc.constantFrom(
  'SET #v = :v',
  'ADD #v :v',
  'DELETE #v :v',
  'REMOVE #v',
  'SET #v = if_not_exists(#v, :v), note = :v',
  'SET #v = #v + :v',
  'SET #v.inner = :v',
  'SET #v = list_append(#v, :v)',
  'SET sk = :v',
);
const used = (expressions: string, of: unknown) => ({
  ...(expressions.includes('#v') && { ExpressionAttributeNames: { '#v': 'value' } }),
  ...(expressions.includes(':v') && { ExpressionAttributeValues: { ':v': of } }),
});
const requests: fc.Arbitrary<Request> = fc.oneof(
  fc
    .record({ key, value })
    .map(({ key: at, value: of }): Request => ['PutItem', { TableName, Item: { ...at, value: of } }]),
  fc.record({ key, value, condition }).map(({ key: at, value: of, condition: when }): Request => [
    'PutItem',
    {
      TableName,
      Item: { ...at, value: of },
      ConditionExpression: when,
      ...used(when, of),
      ReturnValues: 'ALL_OLD',
    },
  ]),
  fc
    .record({ key, value, change })
    .map(({ key: at, value: of, change: to }): Request => [
      'UpdateItem',
      { TableName, Key: at, UpdateExpression: to, ...used(to, of), ReturnValues: 'ALL_NEW' },
    ]),
  fc
    .record({ key, value, condition })
    .map(({ key: at, value: of, condition: when }): Request => [
      'DeleteItem',
      { TableName, Key: at, ConditionExpression: when, ...used(when, of) },
    ]),
  key.map((at): Request => ['GetItem', { TableName, Key: at, ConsistentRead: true }]),
  fc
    .record({
      pk,
      prefix: fc.constantFrom('r', 'r#1', 's'),
      limit: fc.integer({ min: 1, max: 3 }),
      back: fc.boolean(),
    })
    .map(({ pk: of, prefix, limit, back }): Request => [
      'Query',
      {
        TableName,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
        ExpressionAttributeValues: { ':p': { S: of }, ':s': { S: prefix } },
        ScanIndexForward: !back,
        Limit: limit,
      },
    ]),
);

test('our store and remembered forms answer as dynalite does by itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: 5, maxLength: 30 }), async (story) => {
      const [expected, actual] = [await reference(), ours()];
      for (const request of story) {
        expect({ request, answer: await actual(request) }).toEqual({
          request,
          answer: await expected(request),
        });
      }
    }),
    { numRuns: 60, seed: 3 },
  );
});
