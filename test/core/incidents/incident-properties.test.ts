import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../bench/incidents/memory-store.ts';
import type { Alarm } from '../../../core/contracts/alarm.ts';
import { applyAlarms } from '../../../core/incidents/apply-alarms.ts';
import { alarm, at, Desk, FLEET, reclaim } from './desk.ts';

const somePlace = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((i): Alarm['place'] => ({ job: `job-${i}` })),
  fc.integer({ min: 0, max: 9 }).map((i): Alarm['place'] => ({ clusterId: `j-${i}` })),
  fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4 }))
    .map(([i, t]): Alarm['place'] => ({ instanceId: `i-${i}-${t}` })),
  fc.constant<Alarm['place']>({ dataset: 'sales' }),
);
const someAlarm = (minutes: number) =>
  fc
    .tuple(
      fc.constantFrom<[string, Alarm['family']]>(
        ['spot-reclaim', 'capacity'],
        ['node-lost', 'capacity'],
        ['input-bad', 'data'],
        ['late', 'symptom'],
      ),
      somePlace,
      fc.integer({ min: 0, max: minutes * 60 - 1 }),
    )
    .map(([[rule, family], place, second]) => alarm(rule, family, place, at(0, second)));

describe('whatever the alarms', () => {
  it('groups do not depend on the order of arrival within a minute, nor on batches', () => {
    fc.assert(
      fc.property(
        fc
          .array(someAlarm(1), { minLength: 1, maxLength: 25 })
          .chain((alarms) =>
            fc.tuple(
              fc.constant(alarms),
              fc.shuffledSubarray(alarms, { minLength: alarms.length }),
              fc.integer({ min: 1, max: 5 }),
            ),
          ),
        ([alarms, shuffled, size]) => {
          const [one, other] = [new Desk(), new Desk()];
          one.hand(...alarms);
          for (let i = 0; i < shuffled.length; i += size) other.hand(...shuffled.slice(i, i + size));
          one.settle(1);
          other.settle(1);
          expect(other.groups()).toEqual(one.groups());
        },
      ),
    );
  });

  it('every alarm is in exactly one incident, and is counted there', () => {
    fc.assert(
      fc.property(fc.array(someAlarm(30), { minLength: 1, maxLength: 60 }), (alarms) => {
        const desk = new Desk();
        for (let minute = 0; minute < 30; minute += 1) {
          desk.hand(...alarms.filter((one) => one.at >= at(minute) && one.at < at(minute + 1)));
          desk.settle(minute + 1);
        }
        const threads = desk.store
          .all()
          .flatMap((incident) => incident.threads.map((thread) => ({ incident, thread })));
        for (const [one, id] of desk.where) {
          const [fingerprint, when] = one.split('@');
          const holding = threads.filter(
            ({ incident, thread }) =>
              thread.fingerprint === fingerprint &&
              thread.firstAt <= when! &&
              thread.alarm.at >= when! &&
              incident.id === desk.store.survivor(id),
          );
          expect(holding).toHaveLength(1);
        }
      }),
    );
  });

  it('two writers at a time lose nothing', () => {
    const store = new MemoryStore();
    const read = (instance: string) => applyAlarms([reclaim(instance, at(0))], store, FLEET).incidents;
    const [one, other] = [read('i-0-0'), read('i-0-1')];
    expect(store.write(one)).toBe(true);
    // it read before the first wrote, and would open a second incident of the same trouble
    expect(store.write(other)).toBe(false);
    expect(store.write(read('i-0-1'))).toBe(true);
    expect(store.all()).toMatchObject([{ version: 2, threads: [{ notices: 1 }, { notices: 1 }] }]);
    const stale = applyAlarms([reclaim('i-0-3', at(1))], store, FLEET);
    expect(store.write(applyAlarms([reclaim('i-0-4', at(1))], store, FLEET).incidents)).toBe(true);
    expect(store.write(stale.incidents)).toBe(false);
  });
});
