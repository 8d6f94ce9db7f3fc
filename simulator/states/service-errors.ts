/** Names that Step Functions gives to the errors of services. */
import type { Integration } from './integrations.ts';

/** Codes that services answer with though their API's model does not name them. */
const COMMON_CODES = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InternalFailure',
  'InternalError',
  'InvalidParameterValue',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'UnauthorizedOperation',
  'ValidationError',
  'ValidationException',
]);

/** Of those, the ones that a service's model does name. */
const MODELLED: Readonly<Record<string, readonly string[]>> = {
  cloudwatch: ['ValidationException'],
  dynamodb: ['ThrottlingException', 'RequestLimitExceeded'],
  eventbridge: ['AccessDeniedException', 'ThrottlingException'],
  pricing: ['AccessDeniedException', 'ThrottlingException'],
  s3: ['AccessDenied'],
  scheduler: ['ThrottlingException', 'ValidationException'],
  'service-quotas': ['AccessDeniedException'],
  sfn: ['ValidationException'],
  sns: ['ValidationException'],
};

/** What Lambda itself calls these. */
const LAMBDA_CODES: Readonly<Record<string, string>> = {
  ThrottlingException: 'TooManyRequestsException',
  InternalFailure: 'ServiceException',
};

/**
 * `Emr.InvalidRequestException`, `S3.NoSuchKeyException`; an error that the model does not name carries the
 * service's own: `Emr.EmrException`.
 *
 * @param code  the error code that the service answered
 */
export function errorNameOf({ service, errorPrefix, genericError }: Integration, code: string): string {
  const lambdaCode = service === 'lambda' ? LAMBDA_CODES[code] : undefined;
  if (lambdaCode !== undefined) return `${errorPrefix}.${lambdaCode}`;
  // EC2's model names no errors at all.
  if (service === 'ec2' || (COMMON_CODES.has(code) && !(MODELLED[service]?.includes(code) ?? false)))
    return genericError;
  return `${errorPrefix}.${code.endsWith('Exception') ? code : `${code}Exception`}`;
}
