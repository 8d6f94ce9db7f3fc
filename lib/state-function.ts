import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type * as z from 'zod';
import type { FunctionName } from './function-names.ts';
import { acknowledgeWildcards, grantAll, type Grant } from './grants.ts';

const DEFAULT_TIMEOUT_SECONDS = 60;
const DEFAULT_MEMORY_MIB = 512;

/** Variables that every function gets without asking. */
type Ambient = 'POWERTOOLS_SERVICE_NAME' | 'POWERTOOLS_METRICS_NAMESPACE' | 'POWERTOOLS_LOG_LEVEL';

/** The schema of an environment: text in, whatever the handler likes out. */
export type EnvironmentSchema = z.ZodType<unknown, Record<string, string | undefined>>;

/** The variables a handler's exported schema asks for: one too few or too many does not compile. */
export type VariablesOf<Schema extends EnvironmentSchema> = Omit<z.input<Schema>, Ambient>;

/** What all functions of a deployment share. */
export interface FunctionDefaults {
  /** begins the function's name */
  readonly name: string;
  /** directory with one bundle per function */
  readonly bundles: string;
  readonly logRetentionDays: number;
  readonly logLevel: string;
}

export interface StateFunctionProps<Schema extends EnvironmentSchema> {
  readonly defaults: FunctionDefaults;
  readonly functionName: FunctionName;
  readonly description: string;
  readonly environment: VariablesOf<Schema>;
  readonly grants: readonly Grant[];
  /** MiB; a vCPU comes with 1769 @default 512 */
  readonly memoryMib?: number;
  /** below the time-out of every state that calls it, so that a retry never runs beside it @default 60 */
  readonly timeoutSeconds?: number;
  /** for functions that events invoke: where an event goes that failed to the end @default none */
  readonly asynchronous?: { readonly deadLetters: sqs.IQueue; readonly maxAgeSeconds: number };
}

/**
 * A Lambda function behind one state: its own role with exactly its grants, its own log group, traced, with
 * the environment that its handler's schema asks for.
 */
export class StateFunction<Schema extends EnvironmentSchema> extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: StateFunctionProps<Schema>) {
    super(scope, id);
    const { defaults, asynchronous } = props;
    const functionName = `${defaults.name}-${props.functionName}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: defaults.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
    });
    grantAll(role, [
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
      ...props.grants,
    ]);
    acknowledgeWildcards(
      role,
      ['*'],
      'X-Ray segments, and calls that know no resources, are allowed on * only.',
    );
    this.function = new lambda.Function(this, 'Function', {
      functionName,
      description: props.description,
      runtime: new lambda.Runtime('nodejs24.x', lambda.RuntimeFamily.NODEJS, { supportsInlineCode: true }),
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(defaults.bundles, props.functionName)),
      handler: 'index.handler',
      role,
      logGroup,
      memorySize: props.memoryMib ?? DEFAULT_MEMORY_MIB,
      timeout: Duration.seconds(props.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
      tracing: lambda.Tracing.ACTIVE,
      environment: { ...variables(props.environment), ...ambient(defaults, props.functionName) },
      ...(asynchronous === undefined
        ? {}
        : {
            deadLetterQueue: asynchronous.deadLetters,
            maxEventAge: Duration.seconds(asynchronous.maxAgeSeconds),
            retryAttempts: 2,
          }),
    });
  }

  get arn(): string {
    return this.function.functionArn;
  }
}

function variables(environment: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function ambient(
  defaults: FunctionDefaults,
  functionName: FunctionName,
): Record<Ambient | 'NODE_OPTIONS', string> {
  return {
    POWERTOOLS_SERVICE_NAME: functionName,
    POWERTOOLS_METRICS_NAMESPACE: 'Flarepath',
    POWERTOOLS_LOG_LEVEL: defaults.logLevel,
    NODE_OPTIONS: '--enable-source-maps',
  };
}
