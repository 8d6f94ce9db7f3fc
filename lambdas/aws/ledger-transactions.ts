import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { awsCall, failureName, RequestRefusedError, ThrottledError } from './failures.ts';
import { documentClient, type ItemKey, type Ledger } from './ledger-table.ts';
import { storable } from './storable.ts';

interface Condition {
  readonly condition?: string;
  /** of attributes whose names are words of DynamoDB's own */
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** One part of a transaction. No two parts may be about the same item. */
export type TransactionPart =
  | ({ readonly put: ItemKey & Readonly<Record<string, unknown>> } & Condition)
  | ({ readonly update: ItemKey; readonly change: string } & Condition)
  | ({ readonly delete: ItemKey } & Condition)
  | ({ readonly check: ItemKey; readonly condition: string } & Condition);

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * Does all of these, or nothing. The SDK's own retries carry one token, so that they are done once; whoever calls
 * again after a lost answer finds out by a condition of its own.
 *
 * @returns positions of the parts whose condition did not hold; empty when everything was done
 * @throws ThrottledError  also when other transactions are at the same items just now
 */
export async function transact(ledger: Ledger, parts: readonly TransactionPart[]): Promise<number[]> {
  const TransactItems = parts.map((part) => itemOf(ledger.table, part));
  return awsCall('dynamodb:TransactWriteItems', async () => {
    try {
      await documentClient(ledger.clients).send(new TransactWriteCommand({ TransactItems }));
      return [];
    } catch (error) {
      if (failureName(error) === 'TransactionCanceledException') return unmet(Cancelled.parse(error));
      throw error;
    }
  });
}

function itemOf(TableName: string, part: TransactionPart): TransactItem {
  const { condition: ConditionExpression, names, values } = part;
  const common = {
    TableName,
    ...(names === undefined ? {} : { ExpressionAttributeNames: { ...names } }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: storable(values) }),
  };
  const conditional = ConditionExpression === undefined ? common : { ...common, ConditionExpression };
  if ('put' in part) return { Put: { ...conditional, Item: storable(part.put) } };
  if ('update' in part)
    return { Update: { ...conditional, Key: part.update, UpdateExpression: part.change } };
  if ('delete' in part) return { Delete: { ...conditional, Key: part.delete } };
  return { ConditionCheck: { ...common, ConditionExpression: part.condition, Key: part.check } };
}

/** Reasons that another try can mend. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

const Cancelled = z.object({
  message: z.string(),
  CancellationReasons: z.array(z.object({ Code: z.string().default('None') })).default([]),
});

function unmet({ CancellationReasons, message }: z.output<typeof Cancelled>): number[] {
  const codes = CancellationReasons.map(({ Code }) => Code);
  const failed = codes.flatMap((code, i) => (code === 'ConditionalCheckFailed' ? [i] : []));
  if (failed.length > 0) return failed;
  if (codes.some((code) => PASSING.has(code)))
    throw new ThrottledError(`dynamodb:TransactWriteItems: ${message}`);
  throw new RequestRefusedError(`dynamodb:TransactWriteItems: ${message}`);
}
