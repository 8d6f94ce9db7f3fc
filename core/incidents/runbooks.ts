import type { Runbook } from '../contracts/runbook.ts';
import { SECONDS_PER_HOUR } from '../units.ts';

/** What is done first, by itself where jobs allow it. Each is bounded, and most can be taken back. */
export const RUNBOOKS: readonly Runbook[] = [
  {
    id: 'quarantine-reclaimed-pool',
    says: 'Leave out the pool that takes its machines back, until it has been quiet for a while.',
    when: {
      families: ['capacity'],
      rules: ['spot-reclaim', 'insufficient-capacity', 'resize-stuck'],
      leastSeverity: 'medium',
      leastConfidence: 0.6,
    },
    action: 'quarantine-pool',
    limits: { perIncident: 3, perDay: 10, coolDownSeconds: 300 },
    dryRun: false,
    undo: 'lift-quarantine',
  },
  {
    id: 'retry-elsewhere',
    says: 'Start the next attempt on pools that this one did not use.',
    when: {
      families: ['capacity'],
      rules: ['fleet-timeout', 'instance-failure', 'node-lost', 'spot-reclaim'],
      leastSeverity: 'high',
      leastConfidence: 0.6,
    },
    action: 'retry-on-another-pool',
    limits: { perIncident: 1, perDay: 10, coolDownSeconds: 600 },
    dryRun: false,
    undo: null,
  },
  {
    id: 'give-executors-memory',
    says: 'Give executors of the next attempt more memory.',
    when: {
      families: ['memory'],
      rules: ['executor-out-of-memory'],
      leastSeverity: 'medium',
      leastConfidence: 0.6,
    },
    action: 'more-executor-memory',
    limits: { perIncident: 1, perDay: 5, coolDownSeconds: 600 },
    dryRun: false,
    undo: null,
  },
  {
    id: 'pause-on-bad-input',
    says: 'Pause the job while its input is bad, so that no further run pays for it.',
    when: { families: ['data'], rules: ['input-bad'], leastSeverity: 'high', leastConfidence: 0.7 },
    action: 'pause-job',
    limits: { perIncident: 1, perDay: 3, coolDownSeconds: SECONDS_PER_HOUR },
    // a pause that was wrong costs a night's output: a team turns it on once it has seen what it would have done
    dryRun: true,
    undo: 'resume-job',
  },
  {
    id: 'stop-launches',
    says: 'Launch nothing while the control plane itself is broken.',
    when: { families: ['control'], leastSeverity: 'critical', leastConfidence: 0.8 },
    action: 'open-kill-switch',
    limits: { perIncident: 1, perDay: 1, coolDownSeconds: SECONDS_PER_HOUR },
    // it stops all jobs of an account: a team turns it on once it has seen what it would have done
    dryRun: true,
    undo: 'close-kill-switch',
  },
];
