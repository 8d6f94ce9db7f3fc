import type { Control } from '../contracts/control.ts';
import { minuteText } from '../units-text.ts';

/** What keeps a job's runs from being launched. */
export interface LaunchBar {
  readonly kind: 'kill-switch' | 'pause';
  /** ISO 8601 instant; null: until people say otherwise */
  readonly until: string | null;
  /** who set it, when, why, and the command that ends it */
  readonly reason: string;
}

/**
 * What people have set against a launch of this job; null when nothing stands in its way. Of several pauses the
 * longest counts.
 */
export function launchBar(control: Control, job: string, now: string): LaunchBar | null {
  const { killSwitch } = control;
  if (killSwitch?.on === true) {
    return {
      kind: 'kill-switch',
      until: null,
      reason: `The kill switch is on${setBy(killSwitch)}. It ends with: flarepath kill-switch off --reason TEXT`,
    };
  }
  const [pause] = control.pauses
    .filter((each) => each.job === null || each.job === job)
    .filter(({ until }) => Date.parse(until) > Date.parse(now))
    .sort((one, other) => Date.parse(other.until) - Date.parse(one.until));
  if (pause === undefined) return null;
  const whom = pause.job === null ? 'Every job is' : `${pause.job} is`;
  return {
    kind: 'pause',
    until: pause.until,
    reason: `${whom} paused until ${minuteText(pause.until)} UTC${setBy(pause)}. It ends with: flarepath resume ${pause.job ?? '--all'}`,
  };
}

/** e.g. `, set by ana 2026-01-05 12:00 UTC: spend looks odd` */
function setBy({ by, at, reason }: { by: string; at: string; reason: string }): string {
  return `, set by ${by} ${minuteText(at)} UTC: ${reason}`;
}
