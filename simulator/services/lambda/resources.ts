import * as z from 'zod';
import { NotSimulatedError, type ResourceHandler } from '../../contracts.ts';
import { ignored, parseKnown, templateNumber } from '../known.ts';
import { physicalName } from '../names.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG } from './async-invocation.ts';
import { LATEST, type LambdaFunction } from './function.ts';
import type { GuestHandler } from './guest-handler.ts';

const FunctionProperties = z.strictObject({
  FunctionName: z.string().optional(),
  Runtime: z.string().regex(/^nodejs\d+\.x$/, { error: 'only Node.js runtimes' }),
  Handler: z.string().regex(/\./),
  Code: z.strictObject({
    S3Bucket: z.string(),
    S3Key: z.string(),
    S3ObjectVersion: ignored,
    SourceKMSKeyArn: ignored,
  }),
  Role: z.string(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Timeout: templateNumber.default(3),
  MemorySize: templateNumber.default(128),
  ReservedConcurrentExecutions: templateNumber.optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
  LoggingConfig: z.looseObject({ LogGroup: z.string().optional() }).optional(),
  Architectures: ignored,
  Description: ignored,
  EphemeralStorage: ignored,
  KmsKeyArn: ignored,
  RecursiveLoop: ignored,
  RuntimeManagementConfig: ignored,
  Tags: ignored,
  TracingConfig: ignored,
  VpcConfig: ignored,
});

const PermissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

const EventInvokeProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string().default(LATEST),
  MaximumEventAgeInSeconds: templateNumber.optional(),
  MaximumRetryAttempts: templateNumber.optional(),
  DestinationConfig: z
    .strictObject({
      OnSuccess: z.strictObject({ Destination: z.string() }).optional(),
      OnFailure: z.strictObject({ Destination: z.string() }).optional(),
    })
    .optional(),
});

const VersionProperties = z.strictObject({
  FunctionName: z.string(),
  Description: ignored,
  CodeSha256: ignored,
  RuntimePolicy: ignored,
});
const AliasProperties = z.strictObject({
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string(),
  Description: ignored,
});

/** What the handlers need of the service. */
export interface FunctionRegistry {
  add(lambda: LambdaFunction): void;
  /** by name, ARN or partial ARN, with or without a qualifier */
  find(reference: string): LambdaFunction;
  /** the code of a function, from a test or from its asset */
  load(
    names: readonly string[],
    code: { bucket: string; key: string },
    handler: string,
  ): Promise<GuestHandler>;
}

/** Creates functions, versions, aliases, permissions and asynchronous settings from a template. */
export function lambdaResources(registry: FunctionRegistry): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::Lambda::Function': functionHandler(registry),
    'AWS::Lambda::Permission': permissionHandler(registry),
    'AWS::Lambda::EventInvokeConfig': (logicalId, properties) => {
      const what = `AWS::Lambda::EventInvokeConfig ${logicalId}`;
      const parsed = parseKnown(what, EventInvokeProperties, properties);
      const defaults = DEFAULT_EVENT_INVOKE_CONFIG;
      registry.find(parsed.FunctionName).eventInvokeConfigs.set(parsed.Qualifier, {
        maximumEventAgeSeconds: parsed.MaximumEventAgeInSeconds ?? defaults.maximumEventAgeSeconds,
        maximumRetryAttempts: parsed.MaximumRetryAttempts ?? defaults.maximumRetryAttempts,
        onSuccess: parsed.DestinationConfig?.OnSuccess?.Destination,
        onFailure: parsed.DestinationConfig?.OnFailure?.Destination,
      });
      return { ref: logicalId, attributes: {} };
    },
    'AWS::Lambda::Version': (logicalId, properties) => {
      const { FunctionName } = parseKnown(`AWS::Lambda::Version ${logicalId}`, VersionProperties, properties);
      const lambda = registry.find(FunctionName);
      lambda.qualifiers.add('1');
      const ref = `${lambda.arn}:1`;
      return { ref, attributes: { Version: '1', FunctionArn: ref } };
    },
    'AWS::Lambda::Alias': (logicalId, properties) => {
      const parsed = parseKnown(`AWS::Lambda::Alias ${logicalId}`, AliasProperties, properties);
      const lambda = registry.find(parsed.FunctionName);
      lambda.qualifiers.add(parsed.Name);
      const ref = `${lambda.arn}:${parsed.Name}`;
      return { ref, attributes: { AliasArn: ref } };
    },
  };
}

function functionHandler(registry: FunctionRegistry): ResourceHandler {
  return async (logicalId, properties, kernel) => {
    const parsed = parseKnown(`AWS::Lambda::Function ${logicalId}`, FunctionProperties, properties);
    const name = parsed.FunctionName ?? physicalName(kernel, logicalId);
    const arn = `arn:aws:lambda:${kernel.region}:${kernel.accountId}:function:${name}`;
    const code = { bucket: parsed.Code.S3Bucket, key: parsed.Code.S3Key };
    registry.add({
      name,
      arn,
      roleArn: parsed.Role,
      handler: await kernel.clock.hold(() => registry.load([name, logicalId], code, parsed.Handler)),
      variables: parsed.Environment?.Variables ?? {},
      timeoutSeconds: parsed.Timeout,
      memoryMib: parsed.MemorySize,
      reservedConcurrency: parsed.ReservedConcurrentExecutions,
      logGroup: parsed.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      deadLetterArn: parsed.DeadLetterConfig?.TargetArn,
      qualifiers: new Set([LATEST]),
      eventInvokeConfigs: new Map(),
      policies: [],
      environments: [],
      running: 0,
    });
    return { ref: name, attributes: { Arn: arn } };
  };
}

/** A permission is a statement of the function's own policy. */
function permissionHandler(registry: FunctionRegistry): ResourceHandler {
  return (logicalId, properties) => {
    const what = `AWS::Lambda::Permission ${logicalId}`;
    const parsed = parseKnown(what, PermissionProperties, properties);
    const lambda = registry.find(parsed.FunctionName);
    const qualifier = qualifierOf(parsed.FunctionName);
    lambda.policies.push({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: logicalId,
          Effect: 'Allow',
          Principal: principalOf(what, parsed.Principal),
          Action: parsed.Action,
          Resource: qualifier === LATEST ? lambda.arn : `${lambda.arn}:${qualifier}`,
          ...((parsed.SourceArn ?? parsed.SourceAccount) !== undefined && {
            Condition: {
              ...(parsed.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': parsed.SourceArn } }),
              ...(parsed.SourceAccount !== undefined && {
                StringEquals: { 'AWS:SourceAccount': parsed.SourceAccount },
              }),
            },
          }),
        },
      ],
    });
    return { ref: logicalId, attributes: {} };
  };
}

function principalOf(what: string, principal: string): Record<string, string> {
  if (principal.endsWith('.amazonaws.com')) return { Service: principal };
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  throw new NotSimulatedError(`${what}: a principal like ${principal} is not simulated`);
}

/** The version or alias in a function's name or ARN. */
export function qualifierOf(reference: string): string {
  const parts = reference.split(':');
  const hasQualifier = reference.startsWith('arn:') ? parts.length === 8 : parts.length === 2;
  return (hasQualifier ? parts.at(-1) : undefined) ?? LATEST;
}
