import * as z from 'zod';
import { AlarmBatch, ALARMS_DETAIL_TYPE, type Alarm } from '../../../core/contracts/alarm.ts';
import { Incident } from '../../../core/contracts/incident.ts';
import { fingerprintOf } from '../../../core/incidents/fingerprint.ts';
import { concerns } from '../observe/outages.ts';
import { at, type Invariant } from './invariant.ts';

const IncidentItem = z.object({ incident: Incident });
const Events = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) });

/** The alarms among events that somebody put on the bus. */
function alarmsOf(input: unknown): Alarm[] {
  const { Entries } = Events.parse(input);
  return Entries.filter(({ DetailType }) => DetailType === ALARMS_DETAIL_TYPE).flatMap(
    ({ Detail }) => AlarmBatch.parse(JSON.parse(Detail)).alarms,
  );
}

export const eachAlarmInOneIncident: Invariant = {
  name: 'each-alarm-in-one-incident',
  promises:
    'Every alarm that was handed in comes into an incident, and no two open incidents have the same alarm.',
  watch({ observed }, broken) {
    const outages = observed.outages.of(concerns(/raise-?incident/i));
    /** of open and held incidents, by id: fingerprints of their alarms */
    const live = new Map<string, readonly string[]>();
    const everIn = new Set<string>();
    let crowded = false;
    const handedIn = new Map<string, { says: string; atMs: number }>();
    return {
      onCall({ service, operation, input }) {
        if (service !== 'eventbridge' || operation !== 'PutEvents') return;
        for (const alarm of alarmsOf(input))
          handedIn.set(fingerprintOf(alarm), { says: alarm.says, atMs: observed.nowMs() });
      },
      onLedger({ sk, after }) {
        if (sk !== 'INCIDENT') return;
        const incident = IncidentItem.safeParse(after).data?.incident;
        if (incident === undefined) return;
        const fingerprints = incident.threads.map(({ fingerprint }) => fingerprint);
        for (const each of fingerprints) everIn.add(each);
        // alarms beyond the threads are counted by their rule: which they were is not kept
        crowded ||= Object.keys(incident.beyond).length > 0;
        if (incident.state === 'open' || incident.state === 'held') live.set(incident.id, fingerprints);
        else live.delete(incident.id);
      },
      onTick() {
        const has = new Map<string, string>();
        for (const [id, fingerprints] of live)
          for (const each of fingerprints) {
            const other = has.get(each);
            if (other !== undefined) broken(`The alarm ${each} is in ${other} and in ${id}, both open.`);
            has.set(each, id);
          }
      },
      atEnd() {
        const nowMs = observed.nowMs();
        for (const [fingerprint, { says, atMs }] of handedIn) {
          const undisturbed = outages.workingTime(atMs, nowMs) === nowMs - atMs;
          if (undisturbed && !crowded && !everIn.has(fingerprint))
            broken(`"${says}", handed in at ${at(atMs)}, is in no incident.`);
        }
      },
    };
  },
};
