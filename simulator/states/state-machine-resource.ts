/** AWS::StepFunctions::StateMachine: from a template's properties to a machine that can be started. */
import * as z from 'zod';
import { AwsFailure, NotSimulatedError } from '../contracts.ts';
import type { Kernel, Principal, RequiredPermission, ResourceHandler } from '../contracts.ts';
import { ignored, parseKnown } from '../services/known.ts';
import { physicalName } from '../services/names.ts';
import { principalOf } from './flow.ts';
import type { StateMachine } from './flow.ts';
import type { MachineStore } from './machine-store.ts';
import { allStates, readDefinition } from './read-definition.ts';

/** Throws when IAM does not allow the principal all of them. */
export type Authorise = (principal: Principal, permissions: readonly RequiredPermission[]) => void;

const Properties = z.strictObject({
  StateMachineName: z.string().max(80).optional(),
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
  RoleArn: z.string(),
  DefinitionString: z.string().optional(),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  LoggingConfiguration: ignored,
  TracingConfiguration: ignored,
  EncryptionConfiguration: ignored,
  Tags: ignored,
});

export function stateMachineResources(
  store: MachineStore,
  authorise: Authorise,
): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::StepFunctions::StateMachine': (logicalId, properties, kernel) => {
      const read = parseKnown(`AWS::StepFunctions::StateMachine ${logicalId}`, Properties, properties);
      const name = read.StateMachineName ?? physicalName(kernel, logicalId, 80);
      const machine: StateMachine = {
        arn: store.arnOf('stateMachine', name),
        name,
        roleArn: read.RoleArn,
        type: read.StateMachineType,
        definition: readDefinition(definitionText(logicalId, read), read.StateMachineType),
        createdAtMs: kernel.clock.nowMs(),
      };
      requireManagedRule(kernel, machine, authorise);
      store.add(machine);
      return {
        ref: machine.arn,
        attributes: { Arn: machine.arn, Name: name, StateMachineRevisionId: 'INITIAL' },
      };
    },
    'AWS::StepFunctions::Activity': (logicalId) => {
      throw new NotSimulatedError(`Activities are not simulated: ${logicalId}`);
    },
  };
}

function definitionText(logicalId: string, read: z.output<typeof Properties>): string {
  const text =
    read.DefinitionString ?? (read.Definition === undefined ? undefined : JSON.stringify(read.Definition));
  if (text === undefined) {
    throw new NotSimulatedError(
      `${logicalId} needs DefinitionString or Definition; DefinitionS3Location is not simulated`,
    );
  }
  const substitutions = read.DefinitionSubstitutions;
  return text.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (placeholder, key: string) => {
    const value = substitutions[key];
    return value === undefined ? placeholder : JSON.stringify(String(value)).slice(1, -1);
  });
}

/**
 * `.sync` learns of a child's end by a rule that Step Functions creates with the role's rights, when the state
 * machine is created.
 *
 * @see Step Functions Developer Guide, IAM policies for calling nested workflows
 */
function requireManagedRule(kernel: Kernel, machine: StateMachine, authorise: Authorise): void {
  const waits = [...allStates(machine.definition)].some(
    ([, state]) =>
      state.Type === 'Task' &&
      (state.integration.pattern === 'sync' || state.integration.pattern === 'sync:2'),
  );
  if (!waits) return;
  const resource = `arn:aws:events:${kernel.region}:${kernel.accountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  const actions = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];
  try {
    authorise(
      principalOf(machine.roleArn, machine.arn),
      actions.map((action) => ({ action, resource })),
    );
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    throw new AwsFailure(
      'AccessDeniedException',
      `'${machine.roleArn}' is not authorized to create managed-rule. ${error.message}`,
      400,
    );
  }
}
