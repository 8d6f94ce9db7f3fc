import type { Scenario } from '../../simulator/scenario.ts';
import type { Execution } from '../../simulator/states/execution.ts';

export interface Kill {
  readonly machine: string;
  readonly state: string;
  /** of several executions, those that this one chooses */
  readonly chooses?: (execution: Execution) => boolean;
}

/**
 * Ends executions from outside, as StopExecution does, when they enter a state. A task's call is out by then and goes
 * on by itself. One execution is killed for each order.
 *
 * @returns what takes orders; an order says whether it has been carried out
 */
export function killer({ kernel, services }: Scenario) {
  const orders: { kill: Kill; killed: boolean }[] = [];
  const trace = kernel.trace.bind(kernel);
  const watch = (execution: Execution, machine: string): void => {
    const append = execution.history.append.bind(execution.history);
    Object.assign(execution.history, {
      append(...event: Parameters<typeof append>) {
        const [type, , , details] = event;
        const id = append(...event);
        const due = orders.find(
          ({ kill, killed }) =>
            !killed &&
            kill.machine === machine &&
            type.endsWith('StateEntered') &&
            details?.['name'] === kill.state &&
            (kill.chooses?.(execution) ?? true),
        );
        if (due !== undefined) {
          due.killed = true;
          const stop = () => execution.stop('Killed', due.kill.state);
          if (type === 'TaskStateEntered') kernel.clock.after(0, 'kill', stop);
          else stop();
        }
        return id;
      },
    });
  };
  Object.assign(kernel, {
    trace(kind: string, detail: Record<string, unknown>) {
      trace(kind, detail);
      if (kind !== 'execution' || detail['status'] !== 'RUNNING') return;
      const stateMachine = String(detail['stateMachine']);
      const execution = services.sfn
        .executions(stateMachine)
        .find(({ executionName }) => executionName === detail['name']);
      if (execution !== undefined) watch(execution, stateMachine.replace(/^flarepath-/, ''));
    },
  });
  return {
    order(kill: Kill) {
      const order = { kill, killed: false };
      orders.push(order);
      return order;
    },
    /** forgets the orders that have not been carried out */
    cancel() {
      orders.length = 0;
    },
  };
}
