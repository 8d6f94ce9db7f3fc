import type { Scenario } from '../../simulator/scenario.ts';

/**
 * List prices of us-east-1 in USD: Step Functions Standard, Lambda on arm64 (a function of 512 MiB takes half a second,
 * which is above what ours take), DynamoDB on demand, S3 Standard, CloudWatch.
 *
 * @see https://aws.amazon.com/step-functions/pricing/
 * @see https://aws.amazon.com/lambda/pricing/
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
 * @see https://aws.amazon.com/s3/pricing/
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
const USD = {
  stateTransition: 0.025 / 1000,
  invocation: 0.2 / 1e6 + 0.5 * 0.5 * 0.0000133334,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  s3Write: 0.005 / 1000,
  s3Read: 0.0004 / 1000,
  metricRead: 0.01 / 1000,
  metricWrite: 0.01 / 1000,
  metricHour: 0.3 / 730,
  notification: 0.5 / 1e6,
  logGib: 0.5,
};
/** An item of up to 4 KB: a strongly consistent read is one unit, a write four, eight in a transaction. */
const WRITE_UNITS = { PutItem: 4, UpdateItem: 4, DeleteItem: 4, TransactWriteItems: 8 } as const;
const LOG_KIB_PER_INVOCATION = 4;
/** What runs whether a run flies or not belongs to the deployment. */
const OF_THE_DEPLOYMENT = /watch-starts|find-leaked|reap/;

/** What the reporter of a cluster sends: docs/operations/progress.md. */
const REPORTER = { itemEverySeconds: 30, metricsEverySeconds: 60, metrics: 4 };

/** What a run's control plane costs, by what is charged, USD. */
export function controlPlaneBill(account: Scenario, flightHours: number): Record<string, number> {
  const calls = account.kernel.traced.entries.filter(
    ({ kind, detail }) =>
      kind === 'call' &&
      !OF_THE_DEPLOYMENT.test(`${String(detail['invocation'])} ${String(detail['input'])}`),
  );
  const count = (service: string, ...operations: string[]) =>
    calls.filter(
      ({ detail }) =>
        detail['service'] === service &&
        (operations.length === 0 || operations.includes(String(detail['operation']))),
    ).length;
  const transitions = ['run-job', 'fly', 'release']
    .flatMap((machine) => account.services.sfn.executions(`flarepath-${machine}`))
    .flatMap(({ history }) => history.events)
    .filter(({ type }) => type.endsWith('StateEntered') || type === 'TaskFailed').length;
  const invocations = count('lambda', 'Invoke');
  const writes = Object.entries(WRITE_UNITS).reduce(
    (sum, [operation, units]) => sum + units * count('dynamodb', operation),
    0,
  );
  const flightSeconds = flightHours * 3600;
  const reports = flightSeconds / REPORTER.itemEverySeconds;
  return {
    'state transitions': transitions * USD.stateTransition,
    invocations: invocations * USD.invocation,
    logs: (invocations * LOG_KIB_PER_INVOCATION * USD.logGib) / 1024 ** 2,
    ledger: (writes + reports * 4) * USD.writeUnit + count('dynamodb', 'GetItem', 'Query') * 4 * USD.readUnit,
    documents:
      count('s3', 'PutObject', 'ListObjectsV2') * USD.s3Write + count('s3', 'GetObject') * USD.s3Read,
    metrics:
      count('cloudwatch', 'GetMetricData') * 3 * USD.metricRead +
      (flightSeconds / REPORTER.metricsEverySeconds) * USD.metricWrite +
      REPORTER.metrics * Math.ceil(flightHours) * USD.metricHour,
    messages: count('sns', 'Publish') * USD.notification,
  };
}
