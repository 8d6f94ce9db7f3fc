/** The parts of dynalite 4.0.0 that are used without its HTTP server and its database; the package ships no types. */
declare module 'dynalite/db/index.js' {
  import type { EventEmitter } from 'node:events';
  export type Callback<Result> = (error: unknown, result?: Result) => void;
  interface Range {
    readonly gt?: string;
    readonly gte?: string;
    readonly lt?: string;
    readonly lte?: string;
    readonly reverse?: boolean;
    /** -1: all */
    readonly limit?: number;
  }
  interface BatchOperation {
    readonly type: 'put' | 'del';
    readonly key: string;
    readonly value?: unknown;
  }
  export interface ItemDb {
    lock(key: string, task: (release: (callback: Callback<unknown>) => Callback<unknown>) => void): void;
    get(key: string, callback: Callback<unknown>): void;
    put(key: string, value: unknown, callback: Callback<void>): void;
    del(key: string, callback: Callback<void>): void;
    batch(operations: readonly BatchOperation[], callback: Callback<void>): void;
    createKeyStream(range?: Range): EventEmitter;
    createValueStream(range?: Range): EventEmitter;
  }
  export interface Store {
    readonly options: { readonly maxItemSize: number };
    readonly tableDb: ItemDb;
    getItemDb(table: string): ItemDb;
    getIndexDb(type: string, table: string, index: string): ItemDb;
    getTable(name: string, checkStatus: boolean | Callback<unknown>, callback?: Callback<unknown>): void;
  }
  /** bytes as DynamoDB counts them */
  export function itemSize(item: unknown): number;
  export function create(options: Readonly<Record<string, unknown>>): Store;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';
  export function checkTypes(data: unknown, types: unknown): Record<string, unknown>;
  export function checkValidations(data: unknown, types: unknown, custom: unknown, store: Store): void;
  /** normalises numbers in place; @returns what is wrong with the value */
  export function validateAttributeValue(value: unknown): string | undefined;
}

declare module 'dynalite/validations/*' {
  export const types: unknown;
  export const custom: unknown;
}

declare module 'dynalite/actions/*' {
  import type { Callback, Store } from 'dynalite/db/index.js';
  function action(store: Store, data: Record<string, unknown>, callback: Callback<unknown>): void;
  export { action as default };
}
