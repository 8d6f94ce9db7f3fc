import { expect } from 'vitest';
import { MemoryStore } from '../../../bench/incidents/memory-store.ts';
import { Alarm } from '../../../core/contracts/alarm.ts';
import { Incident } from '../../../core/contracts/incident.ts';
import { applyAlarms, type FleetView } from '../../../core/incidents/apply-alarms.ts';
import { settleIncidents } from '../../../core/incidents/settle-incidents.ts';

/** Ten jobs on clusters of ten instances each, in three zones; job 2 reads what job 1 writes. */
const JOBS = Array.from({ length: 10 }, (_, i) => `job-${i}`);
export const TYPES = ['m5.xlarge', 'r5.xlarge', 'c5.xlarge', 'm6g.xlarge', 'r6g.xlarge'];
const zoneOf = (i: number) => `us-east-1${'abc'[i % 3]}`;
export const FLEET: FleetView = {
  topology: {
    jobs: new Map(
      JOBS.map((job, i) => [
        job,
        { reads: i === 2 ? ['sales'] : [`in-${i}`], writes: i === 1 ? ['sales'] : [`out-${i}`] },
      ]),
    ),
    clusters: new Map(JOBS.map((job, i) => [`j-${i}`, { job, runKey: `${job}@night` }])),
    instances: new Map(
      JOBS.flatMap((_, i) =>
        TYPES.map((instanceType, t) => [
          `i-${i}-${t}`,
          { clusterId: `j-${i}`, fleet: 'core', instanceType, zone: zoneOf(i) },
        ]),
      ),
    ),
  },
  population: {
    instances: 50,
    byType: new Map(TYPES.map((type) => [type, 10])),
    byZone: new Map([
      ['us-east-1a', 20],
      ['us-east-1b', 15],
      ['us-east-1c', 15],
    ]),
    jobs: 100,
    jobsByRule: new Map([['node-lost', 30]]),
    jobsByDataset: new Map([
      ['sales', 2],
      ...JOBS.flatMap((_, i): [string, number][] => [
        [`in-${i}`, 1],
        [`out-${i}`, 1],
      ]),
    ]),
  },
};

export const at = (minute: number, second = 0) =>
  new Date(Date.UTC(2026, 0, 5, 2, minute, second)).toISOString();
export function alarm(
  rule: string,
  family: Alarm['family'],
  place: Alarm['place'],
  when: string,
  more: Partial<Alarm> = {},
): Alarm {
  return Alarm.parse({
    rule,
    source: 'test',
    at: when,
    state: 'firing',
    level: 'warning',
    family,
    place,
    says: `${rule} happened`,
    ...more,
  });
}
export const reclaim = (instance: string, when: string) =>
  alarm('spot-reclaim', 'capacity', { instanceId: instance }, when);
export const late = (job: string, when: string) => alarm('late', 'symptom', { job }, when);
export const badInput = (job: string, when: string) => alarm('input-bad', 'data', { job }, when);

/** A ledger that is handed alarms in batches, and settled at minutes. */
export class Desk {
  readonly store = new MemoryStore();
  readonly where = new Map<string, string>();

  hand(...alarms: Alarm[]) {
    const { incidents, assigned, unmatched } = applyAlarms(alarms, this.store, FLEET);
    for (const incident of incidents) Incident.parse(incident);
    expect(this.store.write(incidents)).toBe(true);
    for (const each of assigned) this.where.set(`${each.fingerprint}@${each.at}`, each.incidentId);
    return unmatched;
  }

  settle(minute: number) {
    expect(this.store.write(settleIncidents(this.store.live(), this.store, FLEET, at(minute)))).toBe(true);
  }

  incidents() {
    return this.store.all().filter(({ state }) => state !== 'merged');
  }

  /** which alarms are together, whatever their incidents are called */
  groups() {
    const groups = new Map<string, string[]>();
    for (const [one, id] of this.where) {
      const name = this.store.survivor(id);
      groups.set(name, [...(groups.get(name) ?? []), one]);
    }
    return [...groups.values()].map((group) => group.sort().join()).sort();
  }
}
