import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import * as batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import * as batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import * as deleteItemRules from 'dynalite/validations/deleteItem.js';
import * as describeTableRules from 'dynalite/validations/describeTable.js';
import * as getItemRules from 'dynalite/validations/getItem.js';
import * as validations from 'dynalite/validations/index.js';
import * as listTablesRules from 'dynalite/validations/listTables.js';
import * as putItemRules from 'dynalite/validations/putItem.js';
import * as queryRules from 'dynalite/validations/query.js';
import * as scanRules from 'dynalite/validations/scan.js';
import * as updateItemRules from 'dynalite/validations/updateItem.js';
import * as z from 'zod';
import { AwsFailure } from '../../contracts.ts';
import { createMemoryStore } from './memory-store.ts';
import { checkedByForm, type Checked } from './request-forms.ts';

const ENTRY_POINTS = {
  BatchGetItem: { act: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { act: batchWriteItem, rules: batchWriteItemRules },
  DeleteItem: { act: deleteItem, rules: deleteItemRules },
  DescribeTable: { act: describeTable, rules: describeTableRules },
  GetItem: { act: getItem, rules: getItemRules },
  ListTables: { act: listTables, rules: listTablesRules },
  PutItem: { act: putItem, rules: putItemRules },
  Query: { act: query, rules: queryRules },
  Scan: { act: scan, rules: scanRules },
  UpdateItem: { act: updateItem, rules: updateItemRules },
} as const;
export type EngineOperation = keyof typeof ENTRY_POINTS;

/** Operations that are asked for often. */
const BY_FORM = new Set<EngineOperation>(['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem']);

const Refusal = z.object({
  statusCode: z.number(),
  body: z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() }),
});

const ItemRead = z.object({ Item: z.unknown().optional() });
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * dynalite, an implementation of DynamoDB, driven by function calls: its validations and its actions without
 * its HTTP server and its database. Each engine has a memory of its own. Calls run one after the other, so that their
 * interleaving never depends on how long one takes.
 */
export class DynamoDbEngine {
  readonly #store = createMemoryStore();
  #previous: Promise<unknown> = Promise.resolve();

  /**
   * @param input  in the JSON protocol's form: binary values as base64 text
   * @param readOnFailedCondition  a GetItem request whose item is told to the caller if the condition fails
   */
  call(operation: EngineOperation, input: JsonObject, readOnFailedCondition?: JsonObject): Promise<unknown> {
    return this.#inTurn(async () => {
      try {
        return await this.#act(operation, input);
      } catch (error) {
        const unmet = error instanceof AwsFailure && error.code === 'ConditionalCheckFailedException';
        if (!unmet || readOnFailedCondition === undefined) throw error;
        const { Item } = ItemRead.parse(await this.#act('GetItem', readOnFailedCondition));
        throw new AwsFailure(error.code, error.message, error.statusCode, Item === undefined ? {} : { Item });
      }
    });
  }

  /** Several calls in one turn: nobody else's call comes between them. */
  together<Result>(
    work: (act: (operation: EngineOperation, input: JsonObject) => Promise<unknown>) => Promise<Result>,
  ): Promise<Result> {
    return this.#inTurn(() => work((operation, input) => this.#act(operation, input)));
  }

  /** Stores a table's description. dynalite's own CreateTable waits on a timer and draws random ids. */
  addTable(name: string, description: JsonObject): void {
    this.#store.tableDb.put(name, description, () => undefined);
  }

  #act(operation: EngineOperation, input: JsonObject): Promise<unknown> {
    const { act, rules } = ENTRY_POINTS[operation];
    return new Promise((resolve, reject) => {
      try {
        const check = (copy: JsonObject): Checked => {
          const data = validations.checkTypes(copy, rules.types);
          validations.checkValidations(data, rules.types, rules.custom, this.#store);
          return data;
        };
        // dynalite keeps what it is given: it gets a copy of its own.
        const data = BY_FORM.has(operation)
          ? checkedByForm(operation, input, check)
          : check(structuredClone(input));
        act(this.#store, data, (error, result) => {
          if (error === null || error === undefined) resolve(result);
          else reject(failureOf(error));
        });
      } catch (error) {
        reject(failureOf(error));
      }
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#previous.then(work, work);
    this.#previous = turn.catch(() => undefined);
    return turn;
  }
}

function failureOf(error: unknown): Error {
  const refusal = Refusal.safeParse(error);
  if (!refusal.success) return error instanceof Error ? error : new Error(String(error));
  const { statusCode, body } = refusal.data;
  const code = body.__type.slice(body.__type.indexOf('#') + 1);
  return new AwsFailure(code, body.message ?? body.Message ?? code, statusCode);
}
