import * as z from 'zod';
import {
  operation,
  type Kernel,
  type Operation,
  type RequiredPermission,
  type ResourceHandler,
  type SimulatedService,
} from '../../contracts.ts';
import { known } from '../known.ts';
import { bytesToBase64, itemWithBytes } from './attribute-values.ts';
import { DynamoDbEngine, type EngineOperation } from './engine.ts';
import { tableArn, tableHandler, type Table } from './tables.ts';

const Item = z.record(z.string(), z.unknown());
const text = z.string().optional();
const flag = z.boolean().optional();

/** Members that several requests share. Those of the old interface without expressions are left out. */
const reading = { ConsistentRead: flag, ReturnConsumedCapacity: text, ProjectionExpression: text };
const naming = { ExpressionAttributeNames: z.record(z.string(), z.string()).optional() };
const expressing = { ...naming, ExpressionAttributeValues: Item.optional() };
const writing = {
  ...expressing,
  ConditionExpression: text,
  ReturnValues: text,
  ReturnConsumedCapacity: text,
  ReturnItemCollectionMetrics: text,
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
};
const paging = {
  IndexName: text,
  Limit: z.number().optional(),
  Select: text,
  ExclusiveStartKey: Item.optional(),
  FilterExpression: text,
};

const ONE_TABLE = {
  GetItem: z.strictObject({ TableName: z.string(), Key: Item, ...reading, ...naming }),
  PutItem: z.strictObject({ TableName: z.string(), Item, ...writing }),
  UpdateItem: z.strictObject({ TableName: z.string(), Key: Item, UpdateExpression: text, ...writing }),
  DeleteItem: z.strictObject({ TableName: z.string(), Key: Item, ...writing }),
  Query: z.strictObject({
    TableName: z.string(),
    KeyConditionExpression: z.string(),
    ScanIndexForward: flag,
    ...paging,
    ...reading,
    ...expressing,
  }),
  Scan: z.strictObject({ TableName: z.string(), ...paging, ...reading, ...expressing }),
  DescribeTable: z.strictObject({ TableName: z.string() }),
} as const;

const BatchWrite = z.strictObject({
  RequestItems: z.record(z.string(), z.array(Item)),
  ReturnConsumedCapacity: text,
  ReturnItemCollectionMetrics: text,
});
const BatchGet = z.strictObject({
  RequestItems: z.record(z.string(), z.strictObject({ Keys: z.array(Item), ...reading, ...naming })),
  ReturnConsumedCapacity: text,
});

/** Members of answers that hold items or attribute values. */
const Answer = z.looseObject({
  Item: Item.optional(),
  Attributes: Item.optional(),
  Items: z.array(Item).optional(),
  LastEvaluatedKey: Item.optional(),
  Responses: z.record(z.string(), z.array(Item)).optional(),
  Table: z
    .looseObject({ CreationDateTime: z.number().transform((seconds) => new Date(seconds * 1000)) })
    .optional(),
});

export interface DynamoDbService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly tables: ReadonlyMap<string, Table>;
}

/**
 * DynamoDB on demand, without transactions, streams and PartiQL. The database is dynalite's; the clock stands
 * while one of its calls is open.
 */
export function createDynamoDbService(kernel: Kernel): DynamoDbService {
  const engine = new DynamoDbEngine();
  const tables = new Map<string, Table>();
  const run = async (name: EngineOperation, input: Record<string, unknown>) => {
    const request = Item.parse(bytesToBase64(input));
    const read = readOnFailedCondition(request, tables);
    const answer = await kernel.clock.hold(() => engine.call(name, request, read));
    return withBytes(answer);
  };
  const oneTable = (name: keyof typeof ONE_TABLE): Operation =>
    operation(known(`dynamodb ${name}`, ONE_TABLE[name]), {
      permissions: (input) => [permission(kernel, name, input)],
      run: (input) => run(name, { ...input, TableName: tableName(input.TableName) }),
    });
  return {
    name: 'dynamodb',
    tables,
    operations: {
      GetItem: oneTable('GetItem'),
      PutItem: oneTable('PutItem'),
      UpdateItem: oneTable('UpdateItem'),
      DeleteItem: oneTable('DeleteItem'),
      Query: oneTable('Query'),
      Scan: oneTable('Scan'),
      DescribeTable: oneTable('DescribeTable'),
      BatchGetItem: operation(known('dynamodb BatchGetItem', BatchGet), {
        permissions: (input) => batchPermissions(kernel, 'BatchGetItem', Object.keys(input.RequestItems)),
        run: (input) => run('BatchGetItem', { ...input, RequestItems: byTableName(input.RequestItems) }),
      }),
      BatchWriteItem: operation(known('dynamodb BatchWriteItem', BatchWrite), {
        permissions: (input) => batchPermissions(kernel, 'BatchWriteItem', Object.keys(input.RequestItems)),
        run: (input) => run('BatchWriteItem', { ...input, RequestItems: byTableName(input.RequestItems) }),
      }),
      ListTables: operation(
        known(
          'dynamodb ListTables',
          z.strictObject({ ExclusiveStartTableName: text, Limit: z.number().optional() }),
        ),
        {
          permissions: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
          run: (input) => run('ListTables', input),
        },
      ),
    },
    resources: {
      'AWS::DynamoDB::Table': tableHandler('AWS::DynamoDB::Table', engine, tables),
      'AWS::DynamoDB::GlobalTable': tableHandler('AWS::DynamoDB::GlobalTable', engine, tables),
    },
  };
}

function permission(
  kernel: Kernel,
  action: string,
  input: { TableName: string; IndexName?: string | undefined },
): RequiredPermission {
  const table = tableArn(kernel, tableName(input.TableName));
  const resource = input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`;
  return { action: `dynamodb:${action}`, resource };
}

function batchPermissions(kernel: Kernel, action: string, tables: string[]): RequiredPermission[] {
  return tables.map((table) => ({
    action: `dynamodb:${action}`,
    resource: tableArn(kernel, tableName(table)),
  }));
}

/** Requests may name a table by its ARN. */
function tableName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
}

function byTableName<Value>(items: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(items).map(([table, value]) => [tableName(table), value]));
}

const ConditionalWrite = z.object({
  TableName: z.string(),
  ReturnValuesOnConditionCheckFailure: z.literal('ALL_OLD'),
  Key: Item.optional(),
  Item: Item.optional(),
});

function readOnFailedCondition(
  request: Readonly<Record<string, unknown>>,
  tables: ReadonlyMap<string, Table>,
): Record<string, unknown> | undefined {
  const write = ConditionalWrite.safeParse(request).data;
  if (write === undefined) return undefined;
  const table = tables.get(write.TableName);
  const source = write.Key ?? write.Item ?? {};
  const Key = Object.fromEntries((table?.keyNames ?? []).map((name) => [name, source[name]]));
  return { TableName: write.TableName, Key, ConsistentRead: true };
}

function withBytes(answer: unknown): unknown {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) return answer;
  const { Item: item, Attributes, Items, LastEvaluatedKey, Responses } = parsed.data;
  return {
    ...parsed.data,
    ...(item && { Item: itemWithBytes(item) }),
    ...(Attributes && { Attributes: itemWithBytes(Attributes) }),
    ...(Items && { Items: Items.map(itemWithBytes) }),
    ...(LastEvaluatedKey && { LastEvaluatedKey: itemWithBytes(LastEvaluatedKey) }),
    ...(Responses && {
      Responses: Object.fromEntries(
        Object.entries(Responses).map(([table, items]) => [table, items.map(itemWithBytes)]),
      ),
    }),
  };
}
