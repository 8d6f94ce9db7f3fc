import type { stateHandler } from '../../../lambdas/runtime/state-handler.ts';
import type { GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';

type StateHandler = ReturnType<typeof stateHandler>;

/** A state's handler as the simulated Lambda calls it: without the ways to answer that Node.js 4 had. */
export function asGuest(handler: StateHandler): GuestHandler {
  const never = (): void => undefined;
  return Object.assign(
    (event: unknown, context: Parameters<GuestHandler>[1]) =>
      handler(event, { ...context, done: never, fail: never, succeed: never }),
    { reset: handler.reset },
  );
}
