import * as z from 'zod';
import type { KernelHost } from '../../../simulator/kernel/index.ts';
import type { ObservedCall } from './watch-calls.ts';

type Item = Readonly<Record<string, unknown>>;

/** One item of the ledger, before and after a write. */
export interface LedgerChange {
  readonly pk: string;
  readonly sk: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly atMs: number;
}

const Attributes = z.record(z.string(), z.unknown());
const OneItem = z.object({ TableName: z.string(), Item: Attributes.optional(), Key: Attributes.optional() });
const Transaction = z.object({
  TransactItems: z.array(
    z.object({ Put: OneItem.optional(), Update: OneItem.optional(), Delete: OneItem.optional() }),
  ),
});
const Read = z.object({ Item: Attributes.optional() });
const Key = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const List = z.array(z.unknown());
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];

/** The ledger as it stands, kept beside the simulated one by watching what is written to it. */
export class LedgerMirror {
  readonly #kernel: KernelHost;
  readonly #items = new Map<string, Map<string, Item>>();

  constructor(kernel: KernelHost) {
    this.#kernel = kernel;
  }

  get(pk: string, sk: string): Item | undefined {
    return this.#items.get(pk)?.get(sk);
  }

  /** items of a partition, by sort key */
  range(pk: string): ReadonlyMap<string, Item> {
    return this.#items.get(pk) ?? new Map<string, Item>();
  }

  /** @returns what a call to DynamoDB changed */
  async follow(call: ObservedCall): Promise<LedgerChange[]> {
    const writes = writesOf(call);
    const changes: LedgerChange[] = [];
    for (const { TableName, Item: item, Key: key } of writes) {
      const parsed = Key.safeParse(key ?? item);
      // a table of somebody else's
      if (!parsed.success) continue;
      const { pk, sk } = parsed.data;
      const stands = await this.#read({ TableName, Key: { pk, sk }, ConsistentRead: true }, call);
      const before = this.get(pk.S, sk.S);
      this.#keep(pk.S, sk.S, stands);
      changes.push({ pk: pk.S, sk: sk.S, before, after: stands, atMs: call.atMs });
    }
    return changes;
  }

  /** Straight from the service: no request of the simulation, hence no time, fault or trace. */
  async #read(input: object, { atMs }: ObservedCall): Promise<Item | undefined> {
    const operation = this.#kernel.services.get('dynamodb')?.operations['GetItem'];
    const context = { principal: this.#kernel.root, requestId: 'observer', nowMs: atMs };
    const answer: unknown = await operation?.run(input, context);
    const item = Read.parse(answer).Item;
    return item === undefined ? undefined : plainItem(item);
  }

  #keep(pk: string, sk: string, item: Item | undefined): void {
    const range = this.#items.get(pk) ?? new Map<string, Item>();
    this.#items.set(pk, range);
    if (item === undefined) range.delete(sk);
    else range.set(sk, item);
  }
}

function writesOf({ operation, input }: ObservedCall): z.output<typeof OneItem>[] {
  if (operation === 'TransactWriteItems') {
    const { TransactItems } = Transaction.parse(input);
    return TransactItems.flatMap(({ Put, Update, Delete }) => Put ?? Update ?? Delete ?? []);
  }
  return WRITES.includes(operation) ? [OneItem.parse(input)] : [];
}

function plainItem(item: Readonly<Record<string, unknown>>): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

/** DynamoDB's attribute values as JSON has them. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [type = ''] = Object.keys(value);
  const content: unknown = Reflect.get(value, type);
  if (type === 'N') return Number(content);
  if (type === 'NULL') return null;
  if (type === 'L') return List.parse(content).map(plain);
  if (type === 'M') return plainItem(Attributes.parse(content));
  return content;
}
