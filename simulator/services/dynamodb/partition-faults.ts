import { AwsFailure, type Kernel } from '../../contracts.ts';
import { isObject } from './attribute-values.ts';
import { tableArn, type Table } from './tables.ts';

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
  request: Readonly<Record<string, unknown>>,
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
  request: Readonly<Record<string, unknown>>,
  tables: ReadonlyMap<string, Table>,
): { table: string; key: string } | undefined {
  const { TableName: table, KeyConditionExpression: condition, ExpressionAttributeValues: values } = request;
  if (typeof table !== 'string') return undefined;
  if (typeof condition === 'string') {
    const placeholder = /=\s*(:\w+)/.exec(condition)?.[1] ?? '';
    return { table, key: valueText(isObject(values) ? values[placeholder] : undefined) };
  }
  const keyed = request['Key'] ?? request['Item'];
  return isObject(keyed) ? { table, key: keyText(tables.get(table)?.keyNames ?? [], keyed) } : undefined;
}

/** The text in an attribute value such as `{S: 'RUN#1'}`. */
function valueText(value: unknown): string {
  const [text] = isObject(value) ? Object.values(value) : [];
  return typeof text === 'string' ? text : '';
}
