/** The parts of dynalite 4.0.0 that are used without its HTTP server; the package ships no types. */
declare module 'dynalite/db/index.js' {
  export type Callback<Result> = (error: unknown, result?: Result) => void;
  export interface Store {
    readonly tableDb: { put(key: string, value: unknown, callback: Callback<void>): void };
  }
  export function create(options: Readonly<Record<string, unknown>>): Store;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';
  export function checkTypes(data: unknown, types: unknown): Record<string, unknown>;
  export function checkValidations(data: unknown, types: unknown, custom: unknown, store: Store): void;
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
