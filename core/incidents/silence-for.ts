import type { Incident } from '../contracts/incident.ts';
import type { AlarmMatch } from '../contracts/silence.ts';

/** More would be a storm, in which a rule that people write down says more. */
const MATCHES_MAX = 20;

/**
 * What keeps the alarms of an incident that fire from waking anybody: each by its rule and by all that it names.
 *
 * @returns each once
 */
export function matchesOfIncident({ threads }: Pick<Incident, 'threads'>): AlarmMatch[] {
  const matches = new Map<string, AlarmMatch>();
  for (const { alarm } of threads) {
    if (alarm.state !== 'firing') continue;
    const { job, zone, instanceType, dataset } = alarm.place;
    const match = {
      rule: alarm.rule,
      source: alarm.source,
      ...(job === undefined ? {} : { job }),
      ...(zone === undefined ? {} : { zone }),
      ...(instanceType === undefined ? {} : { instanceType }),
      ...(dataset === undefined ? {} : { dataset }),
    };
    matches.set(JSON.stringify(match), match);
  }
  return [...matches.values()].slice(0, MATCHES_MAX);
}
