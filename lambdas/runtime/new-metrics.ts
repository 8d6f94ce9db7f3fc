import { Metrics } from '@aws-lambda-powertools/metrics';

/** What CloudWatch counts, for the contract of a function that counts something. */
export function newMetrics(): Metrics {
  return new Metrics();
}
