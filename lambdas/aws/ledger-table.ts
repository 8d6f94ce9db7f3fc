import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { SECONDS_PER_DAY } from '../../core/units.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { awsCall, awsCallOr } from './failures.ts';
import { sdkClient } from './settings.ts';
import { storable } from './storable.ts';

/**
 * The ledger's table: one table, string keys `pk` and `sk`, items that expire by `expiresAt`.
 *
 * | pk | sk | holds |
 * |---|---|---|
 * | `RUN#<runKey>` | `RUN` | the run as admitted, and how it ended |
 * | | `WAKE` | wake-up counter and the token of the flight that sleeps |
 * | | `LOOK#<attempt>#<look>` | one decision of the pilot; attempts from 10 on with a letter before, so that they sort behind 9 |
 * | | `ONCE#<what>` | something told to people once, and when: `miss` is an announced miss, `report-…` an end |
 * | | `APPROVAL` | the token of the state that waits for people |
 * | | `SPEND` | what its attempts have reserved and spent |
 * | `OPEN` | `<runKey>` | a run that is not closed: when it was admitted, its deadline, its execution |
 * | `OPEN-INCIDENTS` | `<incident>` | an incident that is open or held |
 * | `WATCH` | `SCHEDULES` | since when each job has its schedule: what `watch-starts` expects |
 * | `CLUSTER#<name>` | `LEASE` | who owns a cluster, and until when |
 * | | `RESERVATION` | what its attempt may spend; settled once, when it is gone |
 * | `CLUSTER-ID#<id>` | `NAME` | the name of a cluster that EMR's events call by its id |
 * | `PROGRESS#<cluster id>` | `NEWEST` | how far its Spark applications are: written by the cluster itself |
 * | `JOB#<job>` | `ACTIVE` | the run that the job's overlap policy counts |
 * | | `RECORD#<scheduledAt>#<attempt>` | what came of an attempt |
 * | | `LOAD#<scheduledAt>` | what a run had to process, in brief: forecasts read months of them |
 * | | `MODEL#runtime` | the runtime model in charge: the last one promoted |
 * | | `MODEL-VERSION#<version>` | every runtime model that was fitted, its training set's hash, why it took charge or not |
 * | | `MODEL-PIN` | the version that people put in charge, and until when |
 * | `SPEND#JOB#<job>` | `<yyyy-mm>` | what a job's runs of a month have reserved and spent |
 * | `SPEND#ACCOUNT` | `<yyyy-mm>` | the same of all jobs |
 * | | `HOUR#<yyyy-mm-ddThh>` | launches of an hour |
 * | | `VCPUS` | vCPUs of the clusters in flight |
 * | `SPEND#OPEN` | `<cluster name>` | reservations that are not settled yet |
 * | `CONTROL` | `NOW#KILL-SWITCH`, `NOW#PAUSE#…`, `NOW#OVERRIDE#…` | what people have set |
 * | | `LOG#<at>#<what>#<by>` | everything people ever set: who, when, why |
 * | `BREAKER` | `POOL#<zone>#<type>#<purchase>` | a pool that had no capacity, and until when it is not asked |
 * | `LEAKS` | `<cluster id>` | a cluster that no run owned: since when, what it cost, what it would have cost |
 * | `NETS` | `<state machine>` | when people were last told that this net failed |
 * | `INCIDENT#<id>` | `INCIDENT` | alarms that belong together, with its version: written only over the one before |
 * | | `ASSESSED` | what was made of it: impact, causes, first responses |
 * | | `TOLD` | how grave it was when people were told |
 * | | `ACK` | who has it in hand |
 * | | `SLACK` | the message in Slack about an incident, and what was last told there |
 * | `INCIDENT-KEY#<key>` | `KEY` | the incident that alarms of this key belong to |
 * | `INCIDENTS` | `ALL#<id>` | each incident in a line |
 * | `SILENCES` | `<id>` | alarms that wake nobody, until when |
 * | `ACTIONS` | `<incident>#<runbook>#<n>` | a first response that was done |
 * | `PLAN#<runKey>#<attempt>` | `SLACK` | the message in Slack that asks about a plan |
 * | `SLACK-PRESS#<signature>` | `PRESS`, `OUTCOME` | a button that was pressed in Slack, and what came of it |
 * | `RECLAIMS` | `<scheduledAt>#<job>#<attempt>` | spot hours and reclaims of an attempt, by pool |
 */
export interface Ledger {
  readonly clients: Clients;
  readonly table: string;
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

const translateConfig = {
  marshallOptions: { removeUndefinedValues: true },
  // Without this a number beyond 2^53 that is not whole fails the call, and clusters write items of their own.
  unmarshallOptions: { wrapNumbers: Number },
};

/** A document client that makes its own client. */
class LedgerClient extends DynamoDBDocumentClient {
  constructor(settings: DynamoDBClientConfig) {
    super(new DynamoDBClient(settings), translateConfig);
  }
}

export const documentClient = oncePerClients((clients) =>
  sdkClient(clients, LedgerClient, { translateConfig }),
);

/** Epoch seconds at which an item may go. */
export function expiryAfterDays(now: Date, days: number): number {
  return Math.floor(now.getTime() / 1000) + days * SECONDS_PER_DAY;
}

/** Reads one item, strongly consistent; undefined when it is not there. */
export async function getItem<Schema extends z.ZodType>(
  ledger: Ledger,
  key: ItemKey,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const item = await getForeignItem(ledger, key);
  return item === undefined ? undefined : parseContract(schema, item, `ledger item ${key.pk} ${key.sk}`);
}

/** Reads one item that others wrote, strongly consistent: nothing is promised of it. Undefined when it is not there. */
export async function getForeignItem(ledger: Ledger, key: ItemKey): Promise<unknown> {
  const answer = await awsCall('dynamodb:GetItem', () =>
    documentClient(ledger.clients).send(
      new GetCommand({ TableName: ledger.table, Key: key, ConsistentRead: true }),
    ),
  );
  return answer.Item;
}

/** Writes an item over whatever stands there. */
export async function putItem(ledger: Ledger, item: ItemKey & Record<string, unknown>): Promise<void> {
  await awsCall('dynamodb:PutItem', () =>
    documentClient(ledger.clients).send(new PutCommand({ TableName: ledger.table, Item: storable(item) })),
  );
}

/** Writes an item unless one stands there. @returns false when one did */
export async function putItemOnce(ledger: Ledger, item: ItemKey & Record<string, unknown>): Promise<boolean> {
  return putItemIf(ledger, item, 'attribute_not_exists(pk)', {});
}

/** Writes an item when a condition on the one that stands there holds. @returns whether it did */
export async function putItemIf(
  ledger: Ledger,
  item: ItemKey & Record<string, unknown>,
  condition: string,
  values: Record<string, unknown>,
): Promise<boolean> {
  return awsCallOr('dynamodb:PutItem', 'ConditionalCheckFailedException', false, async () => {
    await documentClient(ledger.clients).send(
      new PutCommand({
        TableName: ledger.table,
        Item: storable(item),
        ConditionExpression: condition,
        ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
      }),
    );
    return true;
  });
}

/**
 * Changes an item.
 *
 * @param change  update expression, its condition, and the values in both
 * @returns the item afterwards; undefined when the condition did not hold
 */
export async function updateItem<Schema extends z.ZodType>(
  ledger: Ledger,
  key: ItemKey,
  change: {
    update: string;
    condition?: string;
    values: Record<string, unknown>;
    names?: Record<string, string>;
  },
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  return awsCallOr('dynamodb:UpdateItem', 'ConditionalCheckFailedException', undefined, async () => {
    const answer = await documentClient(ledger.clients).send(
      new UpdateCommand({
        TableName: ledger.table,
        Key: key,
        UpdateExpression: change.update,
        ExpressionAttributeValues: storable(change.values),
        ...(change.names === undefined ? {} : { ExpressionAttributeNames: change.names }),
        ...(change.condition === undefined ? {} : { ConditionExpression: change.condition }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return parseContract(schema, answer.Attributes, `ledger item ${key.pk} ${key.sk}`);
  });
}

/** Deletes an item when a condition holds; without that, or without the item, nothing happens. */
export async function deleteItemIf(
  ledger: Ledger,
  key: ItemKey,
  condition: string,
  values: Record<string, unknown>,
): Promise<void> {
  await awsCallOr('dynamodb:DeleteItem', 'ConditionalCheckFailedException', undefined, () =>
    documentClient(ledger.clients).send(
      new DeleteCommand({
        TableName: ledger.table,
        Key: key,
        ConditionExpression: condition,
        ExpressionAttributeValues: values,
      }),
    ),
  );
}

/** DynamoDB answers at most 1 MB a page; more pages than this are never read. */
const PAGES_MAX = 100;

/**
 * The newest items of a partition whose sort key begins so, newest (highest sort key) first.
 *
 * @param range  `skPrefix` null: of the whole partition; `last` bounds how many; null: all there are
 */
export async function newestItems<Schema extends z.ZodType>(
  ledger: Ledger,
  range: { pk: string; skPrefix: string | null; last: number | null },
  schema: Schema,
): Promise<z.output<Schema>[]> {
  const items: z.output<Schema>[] = [];
  let start: Record<string, unknown> | undefined;
  const wanted = range.last ?? Number.POSITIVE_INFINITY;
  for (let page = 0; page < PAGES_MAX && items.length < wanted; page += 1) {
    const answer = await awsCall('dynamodb:Query', () =>
      documentClient(ledger.clients).send(
        new QueryCommand({
          TableName: ledger.table,
          KeyConditionExpression:
            range.skPrefix === null ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: {
            ':pk': range.pk,
            ...(range.skPrefix === null ? {} : { ':prefix': range.skPrefix }),
          },
          ScanIndexForward: false,
          ConsistentRead: true,
          ...(range.last === null ? {} : { Limit: range.last - items.length }),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      ),
    );
    for (const item of answer.Items ?? []) {
      items.push(parseContract(schema, item, `ledger item of ${range.pk}`));
    }
    start = answer.LastEvaluatedKey;
    if (start === undefined) break;
  }
  return items;
}
