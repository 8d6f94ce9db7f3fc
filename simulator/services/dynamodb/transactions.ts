import * as z from 'zod';
import { AwsFailure, type Kernel, type RequiredPermission } from '../../contracts.ts';
import { bytesToBase64, itemWithBytes } from './attribute-values.ts';
import type { DynamoDbEngine, EngineOperation } from './engine.ts';
import { keyText } from './partition-faults.ts';
import type { RecentWrites } from './recent-writes.ts';
import { tableArn, type Table } from './tables.ts';

const Item = z.record(z.string(), z.unknown());
const text = z.string().optional();
const condition = {
  TableName: z.string(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: Item.optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
};

export const TransactWrite = z.strictObject({
  TransactItems: z.array(
    z.strictObject({
      Put: z.strictObject({ Item, ConditionExpression: text, ...condition }).optional(),
      Update: z
        .strictObject({ Key: Item, UpdateExpression: z.string(), ConditionExpression: text, ...condition })
        .optional(),
      Delete: z.strictObject({ Key: Item, ConditionExpression: text, ...condition }).optional(),
      ConditionCheck: z.strictObject({ Key: Item, ConditionExpression: z.string(), ...condition }).optional(),
    }),
  ),
  ClientRequestToken: text,
  ReturnConsumedCapacity: text,
  ReturnItemCollectionMetrics: text,
});
type TransactWrite = z.output<typeof TransactWrite>;
type JsonObject = Readonly<Record<string, unknown>>;
type Act = (operation: EngineOperation, input: JsonObject) => Promise<unknown>;

/** One member of a transaction as the engine carries it out. */
interface Action {
  readonly kind: keyof TransactWrite['TransactItems'][number];
  readonly operation: EngineOperation;
  readonly table: string;
  readonly key: JsonObject;
  readonly request: JsonObject;
  readonly tellsItem: boolean;
}
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: JsonObject;
}

/** How an action is carried out; a check is a deletion that is always taken back. */
const OPERATIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const;
const PERMISSIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;
const KINDS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
const THROTTLED: Reason = { Code: 'ThrottlingError', Message: 'Throughput exceeds the current limit' };
const TOKEN_MS = 600_000;
const ReadItem = z.object({ Item: Item.optional() });

/**
 * TransactWriteItems: all or nothing. Every action is tried within one turn of the engine; should one fail, those
 * that succeeded are taken back before anybody else has a turn. Requests come one by one, so that transactions
 * never conflict with one another here.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export class Transactions {
  readonly #kernel: Kernel;
  readonly #engine: DynamoDbEngine;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #recent: RecentWrites;
  readonly #done = new Map<string, { readonly request: string; readonly atMs: number }>();

  constructor(
    kernel: Kernel,
    engine: DynamoDbEngine,
    tables: ReadonlyMap<string, Table>,
    recent: RecentWrites,
  ) {
    this.#kernel = kernel;
    this.#engine = engine;
    this.#tables = tables;
    this.#recent = recent;
  }

  /** Each action needs the right of its own; `TransactWriteItems` is no action of IAM. */
  permissions({ TransactItems }: TransactWrite): RequiredPermission[] {
    return TransactItems.flatMap((item) =>
      KINDS.flatMap((kind) => {
        const name = item[kind]?.TableName;
        if (name === undefined) return [];
        const resource = name.startsWith('arn:') ? name : tableArn(this.#kernel, name);
        return [{ action: `dynamodb:${PERMISSIONS[kind]}`, resource }];
      }),
    );
  }

  /**
   * @throws AwsFailure TransactionCanceledException with one reason for each action, in their order;
   *   IdempotentParameterMismatchException when the token was used for another transaction
   */
  async write(input: TransactWrite): Promise<Record<string, never>> {
    const { ClientRequestToken: token, TransactItems } = input;
    const request = JSON.stringify(bytesToBase64(TransactItems));
    if (token !== undefined && this.#isDone(token, request)) return {};
    const actions = TransactItems.map((item) => this.#actionOf(item));
    refuseTwoOfOneItem(actions);
    await this.#kernel.clock.hold(() => this.#engine.together((act) => this.#all(act, actions)));
    if (token !== undefined) this.#done.set(token, { request, atMs: this.#kernel.clock.nowMs() });
    return {};
  }

  /** Whether the very same transaction was carried out in the last ten minutes. */
  #isDone(token: string, request: string): boolean {
    const done = this.#done.get(token);
    if (done === undefined || this.#kernel.clock.nowMs() - done.atMs > TOKEN_MS) return false;
    if (done.request === request) return true;
    throw new AwsFailure(
      'IdempotentParameterMismatchException',
      'Request parameters do not match the earlier request of this ClientRequestToken',
    );
  }

  #actionOf(item: TransactWrite['TransactItems'][number]): Action {
    const kinds = KINDS.filter((kind) => item[kind] !== undefined);
    const [kind] = kinds;
    const action = kind === undefined ? undefined : item[kind];
    if (kind === undefined || action === undefined || kinds.length > 1) {
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const { ReturnValuesOnConditionCheckFailure: tells, TableName: nameOrArn, ...rest } = action;
    const table = nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
    if (!this.#tables.has(table))
      throw new AwsFailure('ResourceNotFoundException', 'Requested resource not found');
    const keyed = Item.parse(bytesToBase64('Key' in action ? action.Key : action.Item));
    const names = this.#tables.get(table)?.keyNames ?? [];
    return {
      kind,
      operation: OPERATIONS[kind],
      table,
      key: Object.fromEntries(names.map((name) => [name, keyed[name]])),
      request: Item.parse(bytesToBase64({ ...rest, TableName: table })),
      tellsItem: tells === 'ALL_OLD',
    };
  }

  #isThrottled({ table, operation, key }: Action): boolean {
    const text = keyText(this.#tables.get(table)?.keyNames ?? [], key);
    return this.#kernel.fault('throttled-partition', { table, operation, key: text }) !== undefined;
  }

  async #all(act: Act, actions: readonly Action[]): Promise<void> {
    const reasons: Reason[] = [];
    const undo: { action: Action; before: JsonObject | undefined }[] = [];
    for (const action of actions) {
      const { table, key } = action;
      const read = { TableName: table, Key: key, ConsistentRead: true };
      const { Item: before } = ReadItem.parse(await act('GetItem', read));
      const reason = this.#isThrottled(action) ? THROTTLED : await attempt(act, action, before);
      reasons.push(reason);
      if (reason.Code === 'None') undo.push({ action, before });
    }
    const canceled = reasons.some(({ Code }) => Code !== 'None');
    for (const { action, before } of undo) {
      if (canceled || action.kind === 'ConditionCheck') await putBack(act, action, before);
      else this.#recent.remember(action.table, action.key, before, this.#kernel.clock.nowMs());
    }
    if (!canceled) return;
    const codes = reasons.map(({ Code }) => Code).join(', ');
    throw new AwsFailure(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      400,
      { CancellationReasons: reasons },
    );
  }
}

async function attempt(act: Act, action: Action, before: JsonObject | undefined): Promise<Reason> {
  try {
    await act(action.operation, action.request);
    return { Code: 'None' };
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    if (error.code === 'ConditionalCheckFailedException') {
      const told = action.tellsItem && before !== undefined ? { Item: itemWithBytes(before) } : {};
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...told };
    }
    if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
    throw error;
  }
}

async function putBack(act: Act, { table, key }: Action, before: JsonObject | undefined): Promise<void> {
  if (before === undefined) await act('DeleteItem', { TableName: table, Key: key });
  else await act('PutItem', { TableName: table, Item: before });
}

function refuseTwoOfOneItem(actions: readonly Action[]): void {
  const targets = actions.map(({ table, key }) => JSON.stringify([table, key]));
  if (new Set(targets).size < targets.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
}

function invalid(message: string): AwsFailure {
  return new AwsFailure('ValidationException', message);
}
