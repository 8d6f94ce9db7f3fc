import * as z from 'zod';
import { eventBridgeCron } from '../../core/job/event-bridge-cron.ts';
import type { KernelHost } from '../kernel/index.ts';

/** Another system, an orchestrator say, that starts executions of a state machine by itself. */
export const Caller = z.strictObject({
  /** the stack output that holds the state machine's ARN */
  stateMachineOutput: z.string().min(1),
  /** EventBridge's cron fields: when it calls */
  cron: z.string().min(1),
  timeZone: z.string().default('UTC'),
  /** the execution's input; `{{now}}` becomes the instant of the call */
  input: z.record(z.string(), z.string()),
});
type Caller = z.output<typeof Caller>;

/**
 * Lets callers call, as the account's root, from now on.
 *
 * @param outputs  of the deployed stacks
 */
export function beginCalling(
  kernel: KernelHost,
  callers: readonly Caller[],
  outputs: Readonly<Record<string, string>>,
): void {
  for (const caller of callers) {
    const stateMachineArn = outputs[caller.stateMachineOutput];
    if (stateMachineArn === undefined) continue;
    const schedule = eventBridgeCron(caller.cron, caller.timeZone);
    const callNext = (): void => {
      const nextMs = schedule.next(kernel.clock.nowMs());
      if (nextMs === null) return;
      kernel.clock.at(nextMs, 'caller', async () => {
        callNext();
        const now = new Date(nextMs).toISOString();
        const input = Object.entries(caller.input).map(([key, value]) => [
          key,
          value.replaceAll('{{now}}', now),
        ]);
        const request = { stateMachineArn, input: JSON.stringify(Object.fromEntries(input)) };
        await kernel.call('sfn', 'StartExecution', request, kernel.root);
      });
    };
    callNext();
  }
}
