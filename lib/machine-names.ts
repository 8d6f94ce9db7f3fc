import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Every state machine, named as its file in `statemachines/`. */
export const MACHINE_NAMES = ['run-job', 'fly', 'release', 'reap'] as const;
export type MachineName = (typeof MACHINE_NAMES)[number];

/**
 * The ARN of a state machine, which its name decides: functions and machines refer to one another, and with
 * references to resources their creation would wait in a circle.
 *
 * @param name  of the deployment
 */
export function machineArn(scope: IConstruct, name: string, machine: MachineName): string {
  return statesArn(scope, 'stateMachine', `${name}-${machine}`);
}

/** The ARN of all executions of a state machine. */
export function executionsArn(scope: IConstruct, name: string, machine: MachineName): string {
  return statesArn(scope, 'execution', `${name}-${machine}:*`);
}

function statesArn(scope: IConstruct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
