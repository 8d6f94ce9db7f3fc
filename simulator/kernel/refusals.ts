/** Refusals that every service has, by the names each gives them. */
import { AwsFailure } from '../contracts.ts';

const ACCESS_DENIED: Readonly<Record<string, string>> = {
  ec2: 'UnauthorizedOperation',
  s3: 'AccessDenied',
  sns: 'AuthorizationError',
  sqs: 'AccessDenied',
  sts: 'AccessDenied',
  cloudwatch: 'AccessDenied',
};

const THROTTLED: Readonly<Record<string, { code: string; statusCode: number }>> = {
  ec2: { code: 'RequestLimitExceeded', statusCode: 503 },
  s3: { code: 'SlowDown', statusCode: 503 },
  lambda: { code: 'TooManyRequestsException', statusCode: 429 },
  sns: { code: 'Throttled', statusCode: 429 },
  sqs: { code: 'RequestThrottled', statusCode: 403 },
  cloudwatch: { code: 'Throttling', statusCode: 400 },
  'service-quotas': { code: 'TooManyRequestsException', statusCode: 400 },
};

/** A call that IAM does not allow. */
export function accessDenied(service: string, message: string): AwsFailure {
  const code = ACCESS_DENIED[service] ?? 'AccessDeniedException';
  const json = code === 'AccessDeniedException' && service !== 'lambda' && service !== 'scheduler';
  const text = service === 'ec2' ? `You are not authorized to perform this operation. ${message}` : message;
  return new AwsFailure(code, text, json ? 400 : 403);
}

/** A call beyond the rate that the service grants. */
export function throttled(service: string): AwsFailure {
  const { code, statusCode } = THROTTLED[service] ?? { code: 'ThrottlingException', statusCode: 400 };
  return new AwsFailure(code, 'Rate exceeded', statusCode);
}
