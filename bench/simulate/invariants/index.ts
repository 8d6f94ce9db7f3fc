import { eachAlarmInOneIncident } from './each-alarm-in-one-incident.ts';
import { everyExecutionEnds } from './every-execution-ends.ts';
import { everyRunIsTold } from './every-run-is-told.ts';
import type { Invariant } from './invariant.ts';
import { noClusterOutlivesItsLease } from './no-cluster-outlives-its-lease.ts';
import { noDeadlinePassesInSilence } from './no-deadline-passes-in-silence.ts';
import { nothingLaunchesWhileStopped } from './nothing-launches-while-stopped.ts';
import { nothingUnknownNothingTwice } from './nothing-unknown-nothing-twice.ts';
import { oneAttemptAtATime } from './one-attempt-at-a-time.ts';
import { onePublishedOutput } from './one-published-output.ts';
import { othersAreLeftAlone } from './others-are-left-alone.ts';
import { spendWithinLimits } from './spend-within-limits.ts';
import { steadySteering } from './steady-steering.ts';

/** What must hold in every scenario. */
export const INVARIANTS: readonly Invariant[] = [
  noClusterOutlivesItsLease,
  oneAttemptAtATime,
  onePublishedOutput,
  spendWithinLimits,
  nothingLaunchesWhileStopped,
  everyExecutionEnds,
  everyRunIsTold,
  noDeadlinePassesInSilence,
  nothingUnknownNothingTwice,
  steadySteering,
  othersAreLeftAlone,
  eachAlarmInOneIncident,
];
