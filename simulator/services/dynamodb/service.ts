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
import { Caller } from './caller.ts';
import { DynamoDbEngine, type EngineOperation } from './engine.ts';
import { RecentWrites } from './recent-writes.ts';
import { tableArn, tableHandler, type Table } from './tables.ts';
import { Transactions, TransactWrite } from './transactions.ts';

const StringAttribute = z.object({ S: z.string() });
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

/**
 * Asked just before an item is read, for what somebody wrote there who writes far more often than anyone reads.
 *
 * @param key  of the item that is read, in the protocol's form
 * @returns the item as it was written last, in the same form; null: nothing new
 */
type LateWrites = (
  table: string,
  key: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>> | null;

export interface DynamoDbService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly tables: ReadonlyMap<string, Table>;
}

/**
 * DynamoDB on demand, without transactional reads, streams and PartiQL. The database is dynalite's; the clock stands
 * while one of its calls is open.
 */
export function createDynamoDbService(kernel: Kernel, lateWrites?: LateWrites): DynamoDbService {
  const engine = new DynamoDbEngine();
  const tables = new Map<string, Table>();
  const recent = new RecentWrites();
  const caller = new Caller(kernel, engine, tables, recent);
  const transactions = new Transactions(kernel, engine, tables, recent);
  const run = (name: EngineOperation, input: Record<string, unknown>) => caller.call(name, input);
  const oneTable = (name: keyof typeof ONE_TABLE): Operation =>
    operation(known(`dynamodb ${name}`, ONE_TABLE[name]), {
      permissions: (input) => [permission(kernel, name, input)],
      run: (input) => run(name, { ...input, TableName: tableName(input.TableName) }),
    });
  return {
    name: 'dynamodb',
    tables,
    operations: {
      GetItem: getItem(kernel, run, lateWrites),
      PutItem: operation(known('dynamodb PutItem', ONE_TABLE.PutItem), {
        permissions: (input) => [
          { ...permission(kernel, 'PutItem', input), context: leadingKey(tables, input) },
        ],
        run: (input) => run('PutItem', { ...input, TableName: tableName(input.TableName) }),
      }),
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
      TransactWriteItems: operation(known('dynamodb TransactWriteItems', TransactWrite), {
        permissions: (input) => transactions.permissions(input),
        run: (input) => transactions.write(input),
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

function getItem(
  kernel: Kernel,
  run: (name: EngineOperation, input: Record<string, unknown>) => Promise<unknown>,
  lateWrites: LateWrites | undefined,
): Operation {
  return operation(known('dynamodb GetItem', ONE_TABLE.GetItem), {
    permissions: (input) => [permission(kernel, 'GetItem', input)],
    run: async (input) => {
      const TableName = tableName(input.TableName);
      const late = lateWrites?.(TableName, input.Key) ?? null;
      if (late !== null) await run('PutItem', { TableName, Item: late });
      return run('GetItem', { ...input, TableName });
    },
  });
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

/** The condition key that tells of the item's partition. Writes have it; nothing here asks for it of reads. */
function leadingKey(
  tables: ReadonlyMap<string, Table>,
  { TableName, Item: item }: { TableName: string; Item: Record<string, unknown> },
): Record<string, string[]> {
  const name = tables.get(tableName(TableName))?.keyNames[0];
  const key = StringAttribute.safeParse(name === undefined ? undefined : item[name]).data;
  return key === undefined ? {} : { 'dynamodb:leadingkeys': [key.S] };
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
