import * as z from 'zod';
import { AwsFailure, type Kernel } from '../../contracts.ts';
import { tableArn, type Table } from './tables.ts';

const Item = z.record(z.string(), z.unknown());
const OneItem = z.object({ TableName: z.string(), Key: Item.optional(), Item: Item.optional() });
const OneQuery = z.object({
  TableName: z.string(),
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: Item.default({}),
});
const READS = ['GetItem', 'Query'];

/** What faults are told of an item's key: `PK`, or `PK/SK` where the table has a sort key. */
export function keyText(keyNames: readonly string[], item: Readonly<Record<string, unknown>>): string {
  return keyNames.map((name) => valueText(item[name])).join('/');
}

/**
 * Refuses a request for one item or one partition whose throughput a scenario wants used up. Scans and batches
 * span partitions and are let pass.
 *
 * @throws AwsFailure ThrottlingException with its reason
 */
export function refuseThrottledPartition(
  kernel: Kernel,
  operation: string,
  request: unknown,
  tables: ReadonlyMap<string, Table>,
): void {
  const asked = partitionOf(request, tables);
  if (asked === undefined) return;
  const { table, key } = asked;
  if (kernel.fault('throttled-partition', { table, operation, key }) === undefined) return;
  const direction = READS.includes(operation) ? 'Read' : 'Write';
  throw new AwsFailure(
    'ThrottlingException',
    'Throughput exceeds the current throughput limit for the key',
    400,
    {
      throttlingReasons: [
        { reason: `Table${direction}KeyRangeThroughputExceeded`, resource: tableArn(kernel, table) },
      ],
    },
  );
}

function partitionOf(
  request: unknown,
  tables: ReadonlyMap<string, Table>,
): { table: string; key: string } | undefined {
  const query = OneQuery.safeParse(request).data;
  if (query !== undefined) {
    const placeholder = /=\s*(:\w+)/.exec(query.KeyConditionExpression)?.[1] ?? '';
    return { table: query.TableName, key: valueText(query.ExpressionAttributeValues[placeholder]) };
  }
  const { TableName: table, Key, Item: item } = OneItem.safeParse(request).data ?? {};
  const keyed = Key ?? item;
  if (table === undefined || keyed === undefined) return undefined;
  return { table, key: keyText(tables.get(table)?.keyNames ?? [], keyed) };
}

/** The text in an attribute value such as `{S: 'RUN#1'}`. */
function valueText(value: unknown): string {
  const [text] = Object.values(Item.safeParse(value).data ?? {});
  return typeof text === 'string' ? text : '';
}
