import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NotSimulatedError } from '../../contracts.ts';
import type { Connect } from '../../protocols/direct.ts';

/** What a handler may learn of its invocation, as Lambda's Node.js runtime tells it. */
export interface GuestContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

/** A Lambda function's code. `reset` makes its module cold again: it drops clients, caches and environment. */
export interface GuestHandler {
  (event: unknown, context: GuestContext): unknown;
  reset?: (seams?: { requestHandler?: unknown; connect?: Connect }) => void;
}

/**
 * Loads a function's code the way Lambda's Node.js runtime finds it. Importing is thread-pool work that the
 * virtual clock cannot see: it happens while the template is deployed, before time passes.
 *
 * One file is one module instance for the whole process, whatever number of functions and worlds use it.
 *
 * @param directory  content of the code asset
 * @param handler  such as `index.handler`: file without extension, then the exported name
 * @throws NotSimulatedError  when file or export are not there
 */
export async function loadGuestHandler(directory: string, handler: string): Promise<GuestHandler> {
  const dot = handler.lastIndexOf('.');
  const [module, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const file = ['.mjs', '.js', '.cjs'].map((end) => join(directory, module + end)).find(existsSync);
  if (file === undefined) {
    throw new NotSimulatedError(`Handler ${handler}: there is no ${module}.mjs, .js or .cjs in ${directory}`);
  }
  const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href);
  const exported = member(loaded, name) ?? member(member(loaded, 'default'), name);
  if (!isHandler(exported)) {
    throw new NotSimulatedError(`Handler ${handler}: ${file} exports no function named ${name}`);
  }
  return exported;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isHandler(value: unknown): value is GuestHandler {
  return typeof value === 'function';
}
