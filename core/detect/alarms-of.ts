import type { Alarm, AlarmLevel, AlarmPlace } from '../contracts/alarm.ts';
import type { RunFailure } from '../contracts/failure.ts';
import type { LeakRecord } from '../contracts/leak.ts';
import type { PilotDecision } from '../contracts/flight.ts';
import { FAMILY_OF_FAILURE } from './failure-family.ts';
import type { RuleMatch } from './match-watch-rules.ts';
import type { WatchRule } from './watch-rule.ts';

const LEVELS = {
  notice: 'info',
  warning: 'warning',
  critical: 'critical',
} as const satisfies Record<WatchRule['severity'], AlarmLevel>;
/** Who finds that an attempt failed. */
export const FAILED_ATTEMPT_SOURCE = 'run-job';
const SAYS_CHARACTERS = 300;
/** Who finds clusters that are nobody's, and who tells of a net that failed: both tell people themselves. */
export const REAPER_SOURCE = 'reap';
export const NETS_SOURCE = 'nets';
/** From here on a deadline is likelier missed than met. */
const LIKELY_LATE = 0.5;

/**
 * Alarms of expert rules that hold. They are named by the row of the failure policy that they may come to, as runbooks
 * and people know it. Nobody says when one is over: it is told again as long as its rule holds.
 *
 * @param source  who saw it: `emr`, `cloudwatch`
 * @param at  ISO 8601 instant
 */
export function alarmsOfMatches(
  matches: readonly RuleMatch[],
  source: string,
  place: AlarmPlace,
  at: string,
): Alarm[] {
  return matches.flatMap(({ rule, evidence }): Alarm[] => {
    const family = FAMILY_OF_FAILURE[rule.failure];
    if (family === null) return [];
    const where = [place.instanceType, place.zone].filter((each) => each !== undefined).join(' in ');
    const says = `${rule.says} ${where === '' ? evidence.join('; ') : `${where}.`}`;
    const level = LEVELS[rule.severity];
    return [
      {
        rule: rule.failure,
        source,
        at,
        state: 'firing',
        level,
        family,
        place,
        says: says.slice(0, SAYS_CHARACTERS),
      },
    ];
  });
}

/**
 * The alarm of an attempt that failed: critical when no further one follows, as the run then has no output.
 *
 * @param at  ISO 8601 instant at which it was found out
 * @returns null for what people ended on purpose
 */
export function alarmOfFailure(
  { rule, evidence, remedy }: RunFailure,
  attempt: { job: string; runKey: string; attempt: number; clusterId: string | null },
  at: string,
): Alarm | null {
  const family = FAMILY_OF_FAILURE[rule];
  if (family === null) return null;
  const { job, runKey, clusterId } = attempt;
  const last = remedy === 'stop-and-tell';
  const why = evidence.length === 0 ? '' : `: ${evidence.join('; ')}`;
  return {
    rule,
    source: FAILED_ATTEMPT_SOURCE,
    at,
    state: 'firing',
    level: last ? 'critical' : 'warning',
    family,
    place: { job, runKey, ...(clusterId === null ? {} : { clusterId }) },
    says: `${job}, ${last ? 'the last attempt' : `attempt ${attempt.attempt}`}, failed of ${rule}${why}`.slice(
      0,
      SAYS_CHARACTERS,
    ),
  };
}

/** The alarm of a flight that will likely miss its deadline: a symptom, which joins its cause. Null while it will not. */
export function alarmOfLateness(decision: PilotDecision, place: AlarmPlace): Alarm | null {
  if (decision.lateProbability < LIKELY_LATE) return null;
  return {
    rule: 'deadline-at-risk',
    source: 'pilot',
    at: decision.decidedAt,
    state: 'firing',
    level: 'warning',
    family: 'symptom',
    place,
    says: `${place.job ?? decision.runKey} is late with probability ${decision.lateProbability.toFixed(2)}.`,
  };
}

/** The alarm of a cluster that no run owned. It is being terminated, and people are told what it cost. */
export function alarmOfLeak({ clusterId, clusterName, runKey, reason, foundAt }: LeakRecord): Alarm {
  const job = runKey?.split('@')[0];
  return {
    rule: 'cluster-leaked',
    source: REAPER_SOURCE,
    at: foundAt,
    state: 'firing',
    level: 'warning',
    family: 'control',
    place: { ...(job === undefined || runKey === null ? {} : { job, runKey }), clusterId },
    says: `${clusterName} was nobody's: ${reason}`.slice(0, SAYS_CHARACTERS),
  };
}

/**
 * The alarm of a net that ended badly: machines may be left running.
 *
 * @param machine  name of the state machine
 * @param at  ISO 8601 instant
 */
export function alarmOfFailedNet(machine: string, status: string, error: string | null, at: string): Alarm {
  return {
    rule: 'net-failed',
    source: NETS_SOURCE,
    at,
    state: 'firing',
    level: 'critical',
    family: 'control',
    place: {},
    says: `${machine} ended as ${status}${error === null ? '' : ` (${error})`}: clusters may be left running.`.slice(
      0,
      SAYS_CHARACTERS,
    ),
  };
}
