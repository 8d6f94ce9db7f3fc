import type { AlarmFamily } from '../contracts/alarm.ts';
import type { FailureRuleId } from '../contracts/failure.ts';

/** What sort of trouble each row of the failure policy is; null: people did it on purpose, and it is no alarm. */
export const FAMILY_OF_FAILURE: Readonly<Record<FailureRuleId, AlarmFamily | null>> = {
  'access-denied': 'access',
  'input-bad': 'data',
  'output-missing': 'data',
  'vcpu-quota': 'capacity',
  network: 'access',
  'insufficient-capacity': 'capacity',
  'fleet-timeout': 'capacity',
  'node-disk-full': 'memory',
  'bootstrap-failure': 'code',
  'shuffle-disk-full': 'memory',
  'hdfs-full': 'memory',
  'driver-out-of-memory': 'memory',
  'executor-out-of-memory': 'memory',
  's3-slow-down': 'access',
  starvation: 'capacity',
  'hung-driver': 'code',
  outpaced: 'symptom',
  'instance-failure': 'capacity',
  'spot-reclaim': 'capacity',
  'node-lost': 'capacity',
  'resize-stuck': 'capacity',
  'skew-straggler': 'data',
  'idle-waste': 'symptom',
  'spend-limit': 'control',
  'stopped-on-purpose': null,
  'request-refused': 'control',
  'step-failure': 'code',
  unknown: 'symptom',
};
