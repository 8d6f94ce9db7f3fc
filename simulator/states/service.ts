/** The simulated Step Functions service. */
import type { Kernel, ResourceHandler, SimulatedService } from '../contracts.ts';
import type { ServiceEvent } from '../services/eventbridge/event.ts';
import type { Execution, ExecutionWorld } from './execution.ts';
import { executionOperations } from './execution-operations.ts';
import { machineOperations, tokenOperations } from './machine-operations.ts';
import { MachineStore } from './machine-store.ts';
import { stateMachineResources } from './state-machine-resource.ts';
import type { Authorise } from './state-machine-resource.ts';
import { statusChangeEvent } from './status-change.ts';
import { TokenRegistry } from './task-tokens.ts';

export interface SfnDependencies {
  /** EventBridge's entry for events of AWS services */
  readonly publish: (event: ServiceEvent) => void;
  /** IAM's decision on rights that Step Functions uses without a call of its own */
  readonly authorise: Authorise;
}

/** Step Functions, and what tests and reports read without going through calls. */
export interface SfnService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** executions of a state machine, by name or ARN, the latest first */
  executions(stateMachine: string): readonly Execution[];
}

/**
 * Runs state machines in Amazon States Language with JSONata. See docs/state-machine-interpreter.md for what
 * is supported and what is refused.
 *
 * @param kernel  time, randomness and calls; tasks call with the state machine's role
 */
export function createSfnService(kernel: Kernel, dependencies: SfnDependencies): SfnService {
  const tokens = new TokenRegistry(kernel.random('states:tokens'));
  const world: ExecutionWorld = {
    kernel,
    tokens,
    watchChild: (arn, ended) => store.execution(arn).onEnd(ended),
    changed(execution) {
      kernel.trace('execution', {
        name: execution.executionName,
        stateMachine: execution.machine.name,
        status: execution.status,
        ...(execution.ending.error === undefined ? {} : { error: execution.ending.error }),
      });
      if (execution.status !== 'RUNNING') {
        const { machine, status, ending } = execution;
        kernel.passes.ended(machine.arn, status === 'SUCCEEDED' ? ending.output?.text : undefined);
      }
      if (execution.machine.type === 'STANDARD') dependencies.publish(statusChangeEvent(execution));
    },
  };
  const store = new MachineStore(kernel, world);
  return {
    name: 'sfn',
    operations: {
      ...executionOperations(kernel, store),
      ...machineOperations(store),
      ...tokenOperations(kernel, tokens),
    },
    resources: stateMachineResources(store, dependencies.authorise),
    executions(stateMachine) {
      const machine = store.machines.find(({ arn, name }) => arn === stateMachine || name === stateMachine);
      return machine === undefined ? [] : store.executionsOf(machine.arn);
    },
  };
}
