import * as z from 'zod';
import { AwsFailure, type Kernel } from '../../contracts.ts';
import { isObject, itemWithBytes, membersToBase64 } from './attribute-values.ts';
import type { DynamoDbEngine, EngineOperation } from './engine.ts';
import { keyText, refuseThrottledPartition } from './partition-faults.ts';
import type { RecentWrites } from './recent-writes.ts';
import type { Table } from './tables.ts';

const Write = z.object({
  TableName: z.string(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
  ConditionExpression: z.string().optional(),
});
type Item = Readonly<Record<string, unknown>>;
/** members of answers that hold an item, or a part of one */
const ITEMS = ['Item', 'Attributes', 'LastEvaluatedKey'];
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
    const request = membersToBase64(input);
    refuseThrottledPartition(this.#kernel, name, request, this.#tables);
    const answer = await this.#kernel.clock.hold(() =>
      WRITES.includes(name) ? this.#write(name, request) : this.#engine.call(name, request),
    );
    return withBytes(READS.includes(name) ? this.#asSeen(request, answer) : answer);
  }

  async #write(name: EngineOperation, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    const write = Write.parse(request);
    const keyed = request['Key'] ?? request['Item'];
    const key = this.#keyIn(write.TableName, isObject(keyed) ? keyed : {});
    const read = { TableName: write.TableName, Key: key, ConsistentRead: true };
    const tellsItem = write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    const before = this.#tables.has(write.TableName)
      ? await this.#engine.call('GetItem', read).catch(() => undefined)
      : undefined;
    const answer = await this.#engine.call(name, request, tellsItem ? read : undefined);
    this.#recent.remember(write.TableName, key, itemIn(before), this.#kernel.clock.nowMs());
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
    const item = tellsItem ? itemIn(await this.#engine.call('GetItem', read)) : undefined;
    const told = item === undefined ? {} : { Item: item };
    throw new AwsFailure('ConditionalCheckFailedException', 'The conditional request failed', 400, told);
  }

  /** An answer as an eventually consistent read may see it. */
  #asSeen(request: Item, answer: unknown): unknown {
    const { TableName: table, ConsistentRead: consistent, Key: key } = request;
    const nowMs = this.#kernel.clock.nowMs();
    if (consistent === true || typeof table !== 'string' || !isObject(answer)) return answer;
    if (!this.#recent.mayBeStale(nowMs)) return answer;
    const { Item: _item, Items: items, ...rest } = answer;
    if (Array.isArray(items)) {
      const seen = items
        .filter(isObject)
        .flatMap((each) => this.#recent.stale(table, this.#keyIn(table, each), each, nowMs) ?? []);
      const same = seen.length === items.length && seen.every((each, i) => each === items[i]);
      if (same || this.#kernel.fault('stale-read', { table }) === undefined) return answer;
      return { ...rest, Items: seen, Count: seen.length };
    }
    const item = itemIn(answer);
    const seen = this.#recent.stale(table, this.#keyIn(table, isObject(key) ? key : {}), item, nowMs);
    if (seen === item || this.#kernel.fault('stale-read', { table }) === undefined) return answer;
    return { ...rest, ...(seen !== undefined && { Item: seen }) };
  }

  #keyIn(table: string, item: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries((this.#tables.get(table)?.keyNames ?? []).map((name) => [name, item[name]]));
  }
}

function itemIn(answer: unknown): Item | undefined {
  return isObject(answer) && isObject(answer['Item']) ? answer['Item'] : undefined;
}

/** An answer with bytes where the protocol has text. No schema: this is asked of every answer. */
function withBytes(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const seen = { ...answer };
  for (const name of ITEMS) if (isObject(seen[name])) seen[name] = itemWithBytes(seen[name]);
  const { Items: items, Responses: responses, Table: table } = answer;
  if (Array.isArray(items)) seen['Items'] = items.map(listed);
  if (isObject(responses)) {
    const byTable = Object.entries(responses).map(([name, list]) => [
      name,
      Array.isArray(list) ? list.map(listed) : list,
    ]);
    seen['Responses'] = Object.fromEntries(byTable);
  }
  if (isObject(table) && typeof table['CreationDateTime'] === 'number')
    seen['Table'] = { ...table, CreationDateTime: new Date(table['CreationDateTime'] * 1000) };
  return seen;
}

function listed(item: unknown): unknown {
  return isObject(item) ? itemWithBytes(item) : item;
}
