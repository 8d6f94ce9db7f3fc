import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import { acknowledgeWildcards, grantAll, type Grant } from './grants.ts';
import { executionsArn, machineArn, MACHINE_NAMES, type MachineName } from './machine-names.ts';

/** The rule by which Step Functions itself learns that a child execution has ended. */
const CHILD_EVENTS_RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';
const DEFINITIONS = join(import.meta.dirname, '..', 'statemachines');

/** Thrown when a state machine's file asks for something that nothing provides. */
class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

interface StateMachinesProps {
  /** of the deployment */
  readonly name: string;
  readonly functionArn: (name: FunctionName) => string;
  /** values of further placeholders, e.g. `approvalTimeoutSeconds` */
  readonly numbers: Readonly<Record<string, number>>;
  readonly logRetentionDays: number;
  /** @default statemachines/ of the project */
  readonly definitions?: string;
}

interface Definition {
  readonly text: string;
  readonly grants: readonly Grant[];
}

/**
 * The state machines, from `statemachines/*.asl.json`. A definition names functions and machines by
 * placeholders; exactly those that it names may its role call.
 */
export class StateMachines extends Construct {
  private readonly props: StateMachinesProps;
  private readonly byName = new Map<MachineName, sfn.StateMachine>();

  constructor(scope: Construct, id: string, props: StateMachinesProps) {
    super(scope, id);
    this.props = props;
    for (const name of MACHINE_NAMES) this.byName.set(name, this.create(name));
  }

  /** @throws DefinitionError  for a name without a machine: a mistake of this file */
  get(name: MachineName): sfn.StateMachine {
    const found = this.byName.get(name);
    if (found === undefined)
      throw new DefinitionError(`there is no state machine ${name}, of ${MACHINE_NAMES.join(', ')}`);
    return found;
  }

  private create(name: MachineName): sfn.StateMachine {
    const stateMachineName = `${this.props.name}-${name}`;
    const definition = this.define(name);
    const role = new iam.Role(this, `${name}-role`, {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: `What the states of ${stateMachineName} may call`,
    });
    grantAll(role, definition.grants);
    acknowledgeWildcards(role, ['*'], 'Log deliveries and X-Ray segments know no resources.');
    const machine = new sfn.StateMachine(this, name, {
      stateMachineName,
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(definition.text),
      role,
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, `${name}-logs`, {
          // Below this prefix a log group needs no resource policy of its own, of which an account has few.
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: this.props.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'A standard execution keeps its whole history for 90 days; what is logged beside it are failures.',
    });
    return machine;
  }

  private define(machine: MachineName): Definition {
    const file = join(this.props.definitions ?? DEFINITIONS, `${machine}.asl.json`);
    const called = new Set<string>();
    const children = new Set<MachineName>();
    // A number stands in quotes in the file, so that the file is JSON, and without them in the template.
    const text = readFileSync(file, 'utf8').replace(
      /"\$\{(\w+)\}"|\$\{(\w+)\}/g,
      (whole, quoted?: string, bare?: string) => {
        const placeholder = quoted ?? bare ?? '';
        const number = this.props.numbers[placeholder];
        if (number !== undefined) return String(number);
        const quote = quoted === undefined ? '' : '"';
        const functionName = FUNCTION_NAMES.find((name) => `${camelCase(name)}Arn` === placeholder);
        if (functionName !== undefined) {
          const arn = this.props.functionArn(functionName);
          called.add(arn);
          return quote + arn + quote;
        }
        const child = MACHINE_NAMES.find((name) => `${camelCase(name)}Arn` === placeholder);
        if (child === undefined) throw new DefinitionError(`${file}: nothing is called ${whole}`);
        children.add(child);
        return quote + machineArn(this, this.props.name, child) + quote;
      },
    );
    return {
      text,
      grants: [...allowCalls(called), ...this.allowChildren(children, text.includes('startExecution.sync'))],
    };
  }

  private allowChildren(children: ReadonlySet<MachineName>, waits: boolean): Grant[] {
    if (children.size === 0) return [];
    const { name } = this.props;
    const machines = [...children].map((child) => machineArn(this, name, child));
    const start: Grant = { actions: ['states:StartExecution'], resources: machines };
    if (!waits) return [start];
    return [
      start,
      {
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [...children].map((child) => executionsArn(this, name, child)),
        wildcardReason: 'Executions of one state machine, which Step Functions names.',
      },
      {
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: CHILD_EVENTS_RULE }),
        ],
      },
    ];
  }
}

function allowCalls(arns: ReadonlySet<string>): Grant[] {
  return arns.size === 0 ? [] : [{ actions: ['lambda:InvokeFunction'], resources: [...arns] }];
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
