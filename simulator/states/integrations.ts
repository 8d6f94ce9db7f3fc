/** Which resources a Task may name, and what each one calls. */
import { NotSimulatedError } from '../contracts.ts';

/** How a Task waits for the work it starts. */
type Pattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

export interface Integration {
  /** `function`: a function's own ARN; `optimized`: with behaviour of its own; `sdk`: any API action */
  readonly kind: 'function' | 'optimized' | 'sdk';
  readonly pattern: Pattern;
  /** as history events say it, such as `lambda` and `invoke.waitForTaskToken`, or `aws-sdk:emr` */
  readonly resourceType: string;
  readonly resource: string;
  /** where the call goes: names of the simulated service and its operation */
  readonly service: string;
  readonly operation: string;
  /** what error names begin with, such as `Emr` */
  readonly errorPrefix: string;
  /** error name for a failure that the API's model does not name */
  readonly genericError: string;
  /** set for `kind: 'function'` */
  readonly functionArn?: string;
  /** members of Arguments, where the integration fixes them */
  readonly members?: Members;
}

interface Members {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Members that optimized integrations take; of DynamoDB's, the API's model decides. */
const MEMBERS: Readonly<Record<string, Members>> = {
  'lambda:invoke': {
    required: ['FunctionName'],
    optional: ['Payload', 'ClientContext', 'InvocationType', 'Qualifier'],
  },
  'states:startExecution': { required: ['StateMachineArn'], optional: ['Input', 'Name', 'TraceHeader'] },
  'sns:publish': {
    required: ['Message'],
    optional: [
      'TopicArn',
      'TargetArn',
      'PhoneNumber',
      'Subject',
      'MessageAttributes',
      'MessageStructure',
      'MessageDeduplicationId',
      'MessageGroupId',
    ],
  },
  'sqs:sendMessage': {
    required: ['QueueUrl', 'MessageBody'],
    optional: ['DelaySeconds', 'MessageAttributes', 'MessageDeduplicationId', 'MessageGroupId'],
  },
  'events:putEvents': { required: ['Entries'], optional: [] },
};

interface Optimized {
  readonly operations: readonly string[];
  readonly service: string;
  readonly patterns: readonly Pattern[];
  readonly errorPrefix: string;
  readonly genericError: string;
}

const OPTIMIZED: Readonly<Record<string, Optimized>> = {
  lambda: optimized(['invoke'], 'lambda', ['request', 'waitForTaskToken'], 'Lambda', 'AWSLambdaException'),
  states: optimized(
    ['startExecution'],
    'sfn',
    ['request', 'sync', 'sync:2', 'waitForTaskToken'],
    'StepFunctions',
    'AWSStepFunctionsException',
  ),
  sns: optimized(['publish'], 'sns', ['request', 'waitForTaskToken'], 'SNS', 'AmazonSNSException'),
  sqs: optimized(['sendMessage'], 'sqs', ['request', 'waitForTaskToken'], 'SQS', 'AmazonSQSException'),
  events: optimized(
    ['putEvents'],
    'eventbridge',
    ['request', 'waitForTaskToken'],
    'EventBridge',
    'AmazonEventBridgeException',
  ),
  dynamodb: optimized(
    ['getItem', 'putItem', 'updateItem', 'deleteItem'],
    'dynamodb',
    ['request'],
    'DynamoDB',
    'AmazonDynamoDBException',
  ),
};

function optimized(
  operations: readonly string[],
  service: string,
  patterns: readonly Pattern[],
  errorPrefix: string,
  genericError: string,
): Optimized {
  return { operations, service, patterns, errorPrefix, genericError };
}

/** AWS SDK integrations: name in the ARN → simulated service and the prefix of its error names. */
const SDK: Readonly<Record<string, { service: string; prefix: string }>> = {
  cloudwatch: { service: 'cloudwatch', prefix: 'CloudWatch' },
  dynamodb: { service: 'dynamodb', prefix: 'DynamoDb' },
  ec2: { service: 'ec2', prefix: 'Ec2' },
  emr: { service: 'emr', prefix: 'Emr' },
  eventbridge: { service: 'eventbridge', prefix: 'EventBridge' },
  lambda: { service: 'lambda', prefix: 'Lambda' },
  pricing: { service: 'pricing', prefix: 'Pricing' },
  s3: { service: 's3', prefix: 'S3' },
  scheduler: { service: 'scheduler', prefix: 'Scheduler' },
  secretsmanager: { service: 'secrets-manager', prefix: 'SecretsManager' },
  servicequotas: { service: 'service-quotas', prefix: 'ServiceQuotas' },
  sfn: { service: 'sfn', prefix: 'Sfn' },
  sns: { service: 'sns', prefix: 'Sns' },
  sqs: { service: 'sqs', prefix: 'Sqs' },
};

const FUNCTION_ARN = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$/;
const ACTIVITY_ARN = /^arn:aws:states:[a-z0-9-]+:\d{12}:activity:/;
const INTEGRATION_ARN =
  /^arn:aws:states:::(?:(aws-sdk):)?([a-z0-9]+):([A-Za-z0-9]+)(?:\.([A-Za-z]+(?::2)?))?$/;

/**
 * Reads the Resource of a Task.
 *
 * @returns the integration, or what is wrong with the text
 * @throws NotSimulatedError  for resources that exist on AWS and not here
 */
export function readResource(resource: string): Integration | string {
  if (FUNCTION_ARN.test(resource)) return functionIntegration(resource);
  if (ACTIVITY_ARN.test(resource)) throw new NotSimulatedError(`Activities are not simulated: ${resource}`);
  const match = INTEGRATION_ARN.exec(resource);
  const [, sdk, name = '', action = '', suffix = 'request'] = match ?? [];
  if (match === null)
    return `The resource provided ${resource} is not recognized. The value is not a valid resource ARN.`;
  const pattern = readPattern(suffix);
  if (pattern === undefined) return `The resource ${resource} ends with an unknown suffix .${suffix}`;
  return sdk === undefined
    ? optimizedIntegration(resource, name, action, pattern)
    : sdkIntegration(resource, name, action, pattern);
}

function readPattern(suffix: string): Pattern | undefined {
  return (['request', 'sync', 'sync:2', 'waitForTaskToken'] as const).find((pattern) => pattern === suffix);
}

function functionIntegration(functionArn: string): Integration {
  return {
    kind: 'function',
    pattern: 'request',
    resourceType: 'lambda',
    resource: functionArn,
    service: 'lambda',
    operation: 'Invoke',
    errorPrefix: 'Lambda',
    genericError: 'Lambda.AWSLambdaException',
    functionArn,
  };
}

function optimizedIntegration(
  resource: string,
  name: string,
  action: string,
  pattern: Pattern,
): Integration | string {
  const known = OPTIMIZED[name];
  if (known === undefined || !known.operations.includes(action)) {
    const allowed = Object.entries(OPTIMIZED).flatMap(([service, { operations }]) =>
      operations.map((operation) => `${service}:${operation}`),
    );
    throw new NotSimulatedError(
      `The integration ${resource} is not simulated; these are: ${allowed.join(', ')}, and aws-sdk.`,
    );
  }
  const members = MEMBERS[`${name}:${action}`];
  if (!known.patterns.includes(pattern)) return `The resource ${resource} does not support .${pattern}`;
  return {
    kind: 'optimized',
    pattern,
    resourceType: name,
    resource: pattern === 'request' ? action : `${action}.${pattern}`,
    service: known.service,
    operation: pascalCase(action),
    errorPrefix: known.errorPrefix,
    genericError: `${known.errorPrefix}.${known.genericError}`,
    ...(members === undefined ? {} : { members }),
  };
}

function sdkIntegration(
  resource: string,
  name: string,
  action: string,
  pattern: Pattern,
): Integration | string {
  const known = SDK[name];
  if (known === undefined) {
    throw new NotSimulatedError(
      `The integration ${resource} is not simulated; SDK services that are: ${Object.keys(SDK).join(', ')}.`,
    );
  }
  if (pattern !== 'request' && pattern !== 'waitForTaskToken')
    return `The resource ${resource} does not support .${pattern}`;
  if (action !== camelCase(action))
    return `The resource provided ${resource} is not recognized: actions are written in camel case`;
  return {
    kind: 'sdk',
    pattern,
    resourceType: `aws-sdk:${name}`,
    resource: pattern === 'request' ? action : `${action}.${pattern}`,
    service: known.service,
    operation: pascalCase(action),
    errorPrefix: known.prefix,
    genericError: `${known.prefix}.${known.prefix}Exception`,
  };
}

/** `describeCluster` → `DescribeCluster` */
export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `StateMachineArn` → `stateMachineArn` */
export function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
