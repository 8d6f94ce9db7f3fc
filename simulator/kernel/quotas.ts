/** AWS's limits on sizes and request rates, as far as this product can meet them. */
import { AwsFailure } from '../contracts.ts';
import { throttled } from './refusals.ts';

const KIB = 1024;

/** Bytes of UTF-8 text. */
const sizeOf = (value: unknown): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value instanceof Uint8Array ? value.byteLength : 0;

type Members = Readonly<Record<string, unknown>>;
interface SizeLimit {
  readonly bytes: number;
  readonly of: (input: Members) => number;
  readonly failure: (bytes: number) => AwsFailure;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const statePayload = (member: string): SizeLimit => ({
  bytes: 262_144,
  of: (input) => sizeOf(input[member]),
  failure: () =>
    new AwsFailure(
      'ValidationException',
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to 262144`,
    ),
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const itemSize: SizeLimit = {
  bytes: 400 * KIB,
  of: (input) => attributeBytes(input['Item']),
  failure: () => new AwsFailure('ValidationException', 'Item size has exceeded the maximum allowed size'),
};

const SIZE_LIMITS: Readonly<Record<string, SizeLimit>> = {
  'sfn:StartExecution': statePayload('input'),
  'sfn:StartSyncExecution': statePayload('input'),
  'sfn:SendTaskSuccess': statePayload('output'),
  'dynamodb:PutItem': itemSize,
  'lambda:Invoke': {
    bytes: 6 * KIB * KIB,
    of: (input) => sizeOf(input['Payload']),
    failure: (bytes) =>
      new AwsFailure(
        'RequestTooLargeException',
        `Request must be smaller than 6291456 bytes, was ${bytes}`,
        413,
      ),
  },
  'sns:Publish': {
    bytes: 256 * KIB,
    of: (input) => sizeOf(input['Message']),
    failure: () => new AwsFailure('InvalidParameter', 'Invalid parameter: Message too long'),
  },
};

/** Size of a DynamoDB item: names and values, as UTF-8. */
function attributeBytes(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return sizeOf(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + attributeBytes(inner), 0);
  if (typeof value !== 'object' || value === null) return 1;
  // a tag such as S or N counts nothing
  return Object.entries(value).reduce(
    (sum, [name, inner]) =>
      sum + (/^(S|N|B|M|L|SS|NS|BS|BOOL|NULL)$/.test(name) ? 0 : sizeOf(name)) + attributeBytes(inner),
    0,
  );
}

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Step Functions' published buckets in us-east-1. EMR publishes its buckets only per account; one is printed as
 * an example (5 at once, then one every two seconds), and it stands here for all calls that change something.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-service-limits-what-are.html
 */
const EMR_CHANGES: Rate = { burst: 5, perSecond: 0.5 };
const RATES: Readonly<Record<string, Rate>> = {
  'sfn:StartExecution': { burst: 1300, perSecond: 300 },
  'sfn:DescribeExecution': { burst: 300, perSecond: 15 },
  'sfn:GetExecutionHistory': { burst: 400, perSecond: 20 },
  'sfn:StopExecution': { burst: 1000, perSecond: 200 },
  'sfn:SendTaskSuccess': { burst: 3000, perSecond: 500 },
  'sfn:SendTaskFailure': { burst: 3000, perSecond: 500 },
  'sfn:SendTaskHeartbeat': { burst: 3000, perSecond: 500 },
  'emr:RunJobFlow': EMR_CHANGES,
  'emr:AddInstanceFleet': EMR_CHANGES,
  'emr:ModifyInstanceFleet': EMR_CHANGES,
  'emr:AddJobFlowSteps': EMR_CHANGES,
  'emr:CancelSteps': EMR_CHANGES,
  'emr:TerminateJobFlows': EMR_CHANGES,
};

export interface Quotas {
  /** @throws AwsFailure when the request is too large or comes too soon after others */
  admit(service: string, operation: string, input: unknown, nowMs: number): void;
}

/** Full buckets, one for each operation with a rate. */
export function createQuotas(): Quotas {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    admit(service, operation, input, nowMs) {
      const name = `${service}:${operation}`;
      const limit = SIZE_LIMITS[name];
      if (limit !== undefined && isMembers(input)) {
        const bytes = limit.of(input);
        if (bytes > limit.bytes) throw limit.failure(bytes);
      }
      const rate = RATES[name];
      if (rate === undefined) return;
      const bucket = buckets.get(name) ?? { tokens: rate.burst, atMs: nowMs };
      const tokens = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perSecond);
      buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
      if (tokens < 1) throw throttled(service);
    },
  };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
