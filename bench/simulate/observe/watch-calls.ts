import type { CallContext, Operation } from '../../../simulator/contracts.ts';
import type { KernelHost } from '../../../simulator/kernel/index.ts';

/** A call that was carried out, whether or not its answer arrived. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly output: unknown;
  /** the principal's id */
  readonly by: string;
  readonly atMs: number;
}

/**
 * Calls back after every call to these services that was carried out, before its answer leaves. Call before
 * anything is deployed.
 */
export function watchCalls(
  kernel: KernelHost,
  services: readonly string[],
  watcher: (call: ObservedCall) => void | Promise<void>,
): void {
  for (const service of services) {
    for (const [name, operation] of Object.entries(kernel.services.get(service)?.operations ?? {})) {
      watchOperation(operation, (input, output, { principal, nowMs }) =>
        watcher({ service, operation: name, input, output, by: principal.id, atMs: nowMs }),
      );
    }
  }
}

function watchOperation(
  operation: Operation,
  watcher: (input: unknown, output: unknown, context: CallContext) => void | Promise<void>,
): void {
  const run = operation.run.bind(operation);
  Object.assign(operation, {
    async run(input: unknown, context: CallContext) {
      const output: unknown = await run(input, context);
      await watcher(input, output, context);
      return output;
    },
  });
}
