import * as z from 'zod';
import { AwsFailure, type Kernel } from '../../contracts.ts';
import { bytesToBase64, itemWithBytes } from './attribute-values.ts';
import type { DynamoDbEngine, EngineOperation } from './engine.ts';
import { keyText, refuseThrottledPartition } from './partition-faults.ts';
import type { RecentWrites } from './recent-writes.ts';
import type { Table } from './tables.ts';

const Item = z.record(z.string(), z.unknown());

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

const Write = z.object({
  TableName: z.string(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
  Key: Item.optional(),
  Item: Item.optional(),
  ConditionExpression: z.string().optional(),
});
const Read = z.object({
  TableName: z.string(),
  ConsistentRead: z.boolean().default(false),
  Key: Item.optional(),
});
const WRITES: readonly EngineOperation[] = ['PutItem', 'UpdateItem', 'DeleteItem'];
const READS: readonly EngineOperation[] = ['GetItem', 'Query', 'Scan'];

/**
 * Stands between the operations and the database: bytes become base64 and back, a failed condition tells the
 * item, and a read that a scenario wants stale misses the writes of the last second.
 */
export class Caller {
  readonly #kernel: Kernel;
  readonly #engine: DynamoDbEngine;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #recent: RecentWrites;

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

  async call(name: EngineOperation, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const request = Item.parse(bytesToBase64(input));
    refuseThrottledPartition(this.#kernel, name, request, this.#tables);
    const answer = await this.#kernel.clock.hold(() =>
      WRITES.includes(name) ? this.#write(name, request) : this.#engine.call(name, request),
    );
    return withBytes(READS.includes(name) ? this.#asSeen(request, answer) : answer);
  }

  async #write(name: EngineOperation, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    const write = Write.parse(request);
    const key = this.#keyIn(write.TableName, write.Key ?? write.Item ?? {});
    const read = { TableName: write.TableName, Key: key, ConsistentRead: true };
    const tellsItem = write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    const before = this.#tables.has(write.TableName)
      ? await this.#engine.call('GetItem', read).catch(() => undefined)
      : undefined;
    const answer = await this.#engine.call(name, request, tellsItem ? read : undefined);
    const item = Answer.safeParse(before).data?.Item;
    this.#recent.remember(write.TableName, key, item, this.#kernel.clock.nowMs());
    if (write.ConditionExpression !== undefined)
      await this.#metOwnWrite(name, write.TableName, key, tellsItem);
    return answer;
  }

  /** The write was applied, but a retry below the caller answers: its condition no longer holds. */
  async #metOwnWrite(
    operation: EngineOperation,
    table: string,
    key: Readonly<Record<string, unknown>>,
    tellsItem: boolean,
  ): Promise<void> {
    const keyed = { table, operation, key: keyText(this.#tables.get(table)?.keyNames ?? [], key) };
    if (this.#kernel.fault('conditional-failure', keyed) === undefined) return;
    const read = { TableName: table, Key: key, ConsistentRead: true };
    const item = tellsItem ? Answer.parse(await this.#engine.call('GetItem', read)).Item : undefined;
    const told = item === undefined ? {} : { Item: item };
    throw new AwsFailure('ConditionalCheckFailedException', 'The conditional request failed', 400, told);
  }

  /** An answer as an eventually consistent read may see it. */
  #asSeen(request: unknown, answer: unknown): unknown {
    const read = Read.safeParse(request).data;
    if (read === undefined || read.ConsistentRead) return answer;
    const { TableName: table } = read;
    const nowMs = this.#kernel.clock.nowMs();
    const { Item: item, Items: items, ...rest } = Answer.omit({ Table: true }).parse(answer);
    if (items !== undefined) {
      const seen = items.flatMap(
        (each) => this.#recent.stale(table, this.#keyIn(table, each), each, nowMs) ?? [],
      );
      const same = seen.length === items.length && seen.every((each, i) => each === items[i]);
      if (same || this.#kernel.fault('stale-read', { table }) === undefined) return answer;
      return { ...rest, Items: seen, Count: seen.length };
    }
    const seen = this.#recent.stale(table, this.#keyIn(table, read.Key ?? {}), item, nowMs);
    if (seen === item || this.#kernel.fault('stale-read', { table }) === undefined) return answer;
    return { ...rest, ...(seen !== undefined && { Item: seen }) };
  }

  #keyIn(table: string, item: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries((this.#tables.get(table)?.keyNames ?? []).map((name) => [name, item[name]]));
  }
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
