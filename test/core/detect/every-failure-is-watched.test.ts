import { describe, expect, it } from 'vitest';
import { FailureRuleId } from '../../../core/contracts/failure.ts';
import { FAMILY_OF_FAILURE } from '../../../core/detect/failure-family.ts';
import { WATCH_RULES } from '../../../core/detect/watch-rules.ts';

const AT_ITS_END = 'it ends the attempt at once: its alarm comes from the attempt that failed';
const WITHOUT_A_CLUSTER = 'it ends the launch: nothing flies that could be watched';

/** Rows of the failure policy that no expert rule foresees, and why. */
const UNFORESEEN: Partial<Record<FailureRuleId, string>> = {
  'access-denied': AT_ITS_END,
  'output-missing': 'it shows when the output is counted, after the last step',
  'vcpu-quota': WITHOUT_A_CLUSTER,
  network: WITHOUT_A_CLUSTER,
  'fleet-timeout': 'capacity-refused comes before it, and leads to it',
  'bootstrap-failure': AT_ITS_END,
  'shuffle-disk-full': 'EMR measures no disks of executors; nodes-unhealthy comes when they are full',
  'driver-out-of-memory': 'nothing measures the driver in flight',
  'hung-driver': 'the pilot sees it, as progress that stands still, and ends the attempt',
  outpaced: 'the pilot itself decides it',
  'instance-failure': 'EC2 gives no warning; nodes-lost comes with it',
  'spend-limit': 'the pilot itself ends the flight below its limit',
  'stopped-on-purpose': 'people did it',
  'request-refused': WITHOUT_A_CLUSTER,
  'step-failure': AT_ITS_END,
  unknown: 'nobody knows what it looks like',
};

describe('every row of the failure policy', () => {
  it.each(FailureRuleId.options)('%s is foreseen by an expert rule, or it is said why none can', (row) => {
    const foreseen = WATCH_RULES.some(({ failure }) => failure === row);
    expect(foreseen !== (UNFORESEEN[row] !== undefined)).toBe(true);
    // and when it has happened, it is an alarm, but for what people did
    expect(FAMILY_OF_FAILURE[row] === null).toBe(row === 'stopped-on-purpose');
  });
});
