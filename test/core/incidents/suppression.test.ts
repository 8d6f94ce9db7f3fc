import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../../core/contracts/alarm.ts';
import { AlarmMatch, Inhibition, MuteTime, Silence } from '../../../core/contracts/silence.ts';
import { hush, type QuietRules } from '../../../core/incidents/suppression.ts';
import { alarm, at, badInput, Desk, FLEET, late, reclaim } from './desk.ts';

const NONE: QuietRules = { silences: [], muteTimes: [], inhibitions: [] };
const silence = (match: AlarmMatch, until = at(30)) =>
  Silence.parse({ id: 's1', match, until, by: 'Kim', reason: 'known since Monday' });
const ALL: QuietRules = {
  silences: [silence({ rule: '*' })],
  muteTimes: [
    MuteTime.parse({ id: 'm1', match: { rule: '*' }, timeZone: 'UTC', from: '00:00', until: '23:59' }),
  ],
  inhibitions: [Inhibition.parse({ id: 'i1', when: { family: 'capacity' }, quiet: { family: 'symptom' } })],
};

function incidentOf(...alarms: Alarm[]) {
  const desk = new Desk();
  desk.hand(...alarms);
  return desk.incidents()[0]!;
}
const told = (alarms: Alarm[], rules: QuietRules, now = at(10)) =>
  hush(incidentOf(...alarms), rules, FLEET.topology, now);

describe('what is kept quiet', () => {
  it('is what somebody silenced, until the silence ends, and it says by whom and why', () => {
    const rules = { ...NONE, silences: [silence({ rule: 'late', job: 'job-4' })] };
    expect(told([late('job-4', at(0))], rules)).toMatchObject({
      silent: true,
      suppressed: [{ by: 'silence', ruleId: 's1', because: expect.stringContaining('Kim') }],
    });
    expect(told([late('job-4', at(0))], rules, at(30))).toEqual({ silent: false, suppressed: [] });
    expect(told([late('job-5', at(0))], rules).silent).toBe(false);
  });

  it('knows the job of an alarm that names an instance only', () => {
    const rules = { ...NONE, silences: [silence({ job: 'job-0' })] };
    expect(told([reclaim('i-0-1', at(0))], rules).silent).toBe(true);
  });

  it('is muted by the clock on the wall, over midnight, on the days on which it begins', () => {
    const muted = (now: string, weekdays?: number[]) =>
      told(
        [late('job-4', at(0))],
        {
          ...NONE,
          muteTimes: [
            MuteTime.parse({
              id: 'm',
              match: { rule: 'l*' },
              timeZone: 'Europe/Berlin',
              from: '22:00',
              until: '06:00',
              weekdays,
            }),
          ],
        },
        now,
      ).silent;
    // 4:10 on a Monday in Berlin
    expect(muted('2026-01-05T03:10:00.000Z')).toBe(true);
    expect(muted('2026-01-05T05:10:00.000Z')).toBe(false);
    expect(muted('2026-01-05T21:10:00.000Z')).toBe(true);
    expect(muted('2026-01-05T03:10:00.000Z', [1])).toBe(false);
    expect(muted('2026-01-05T03:10:00.000Z', [7])).toBe(true);
  });

  it('is inhibited while its cause is told, but two never keep each other quiet', () => {
    const desk = new Desk();
    desk.hand(reclaim('i-0-0', at(0)));
    desk.hand(late('job-0', at(1)));
    const quiet = hush(
      desk.incidents()[0]!,
      { ...NONE, inhibitions: ALL.inhibitions },
      FLEET.topology,
      at(2),
    );
    expect(quiet).toMatchObject({
      silent: false,
      suppressed: [{ by: 'inhibition', because: 'spot-reclaim is told, and explains it' }],
    });
    const mutual = [Inhibition.parse({ id: 'x', when: { rule: '*' }, quiet: { rule: '*' } })];
    expect(
      hush(desk.incidents()[0]!, { ...NONE, inhibitions: mutual }, FLEET.topology, at(2)).suppressed,
    ).toEqual([]);
  });

  it('is never anything critical, whatever the rules', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('late', 'input-bad', 'spot-reclaim'), fc.boolean()), {
          minLength: 1,
          maxLength: 12,
        }),
        (some) => {
          const alarms = some.map(([rule, critical], i) =>
            alarm(rule, rule === 'late' ? 'symptom' : 'capacity', { job: 'job-4', step: `s${i}` }, at(0), {
              level: critical ? 'critical' : 'warning',
            }),
          );
          const desk = new Desk();
          desk.hand(...alarms);
          for (const incident of desk.incidents()) {
            const { suppressed, silent } = hush(incident, ALL, FLEET.topology, at(1));
            const critical = incident.threads.filter((thread) => thread.alarm.level === 'critical');
            expect(
              suppressed.filter(({ fingerprint }) => critical.some((one) => one.fingerprint === fingerprint)),
            ).toEqual([]);
            expect(silent).toBe(critical.length === 0);
          }
        },
      ),
    );
  });

  it('is not an alarm that was critical before it was told', () => {
    const critical = { ...badInput('job-4', at(0)), level: 'critical' as const };
    expect(told([critical, badInput('job-4', at(0, 20))], ALL).silent).toBe(false);
  });

  it('refuses rules that would match all, and times that are none', () => {
    expect(AlarmMatch.safeParse({}).error?.message).toMatch(/nothing would match all/);
    expect(AlarmMatch.safeParse({ colour: 'red' }).success).toBe(false);
    expect(MuteTime.safeParse({ ...ALL.muteTimes[0], from: '25:00' }).success).toBe(false);
  });
});
