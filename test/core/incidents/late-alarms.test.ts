/** Alarms that come twice, late, or from a clock that is wrong. */
import { describe, expect, it } from 'vitest';
import { datedBy } from '../../../core/incidents/apply-alarms.ts';
import { alarm, at, Desk, late, reclaim } from './desk.ts';

const closedAt16 = () => {
  const desk = new Desk();
  desk.hand(reclaim('i-1-0', at(0)), late('job-1', at(1)));
  for (const minute of [5, 17, 22]) desk.settle(minute);
  expect(desk.incidents()).toMatchObject([{ state: 'closed', closedAt: at(17) }]);
  return desk;
};

describe('an alarm after its incident was closed', () => {
  it('changes nothing when it is one that is known, however often it comes', () => {
    const desk = closedAt16();
    const before = desk.incidents();
    for (const minute of [25, 30, 60]) {
      desk.hand(late('job-1', at(1)), reclaim('i-1-0', at(0)));
      desk.settle(minute);
    }
    expect(desk.incidents()).toEqual(before);
  });

  it('is counted there and reopens nothing when it came too late to keep it open', () => {
    const desk = closedAt16();
    desk.hand(reclaim('i-1-1', at(0, 30)));
    const [incident, ...others] = desk.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ state: 'closed', reopened: 0 });
    expect(incident!.threads).toHaveLength(3);
  });

  it('reopens it when it would have been open still had the alarm come in time', () => {
    const event = closedAt16();
    event.hand(reclaim('i-1-1', at(16)));
    expect(event.incidents()).toMatchObject([{ state: 'open', reopened: 1 }]);
    const lasting = closedAt16();
    const full = { lasts: 'until-resolved' as const };
    lasting.hand(alarm('quota', 'capacity', { job: 'job-1' }, at(0, 30), full));
    expect(lasting.incidents()).toMatchObject([{ state: 'open', reopened: 1 }]);
  });

  it('makes no two incidents one when all that it tells is over', () => {
    const desk = closedAt16();
    desk.hand(alarm('quota', 'capacity', { clusterId: 'j-7' }, at(40)));
    desk.hand(alarm('node-lost', 'capacity', { runKey: 'job-1@night', clusterId: 'j-7' }, at(0, 40)));
    expect(desk.incidents().map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  it('does not fire again by a notice that is older than its end', () => {
    const desk = new Desk();
    const hdfs = (minute: number, state: 'firing' | 'resolved') =>
      alarm('hdfs-full', 'memory', { job: 'job-0' }, at(minute), { state, lasts: 'until-resolved' });
    desk.hand(hdfs(0, 'firing'), hdfs(3, 'resolved'));
    desk.hand(hdfs(3, 'firing'));
    expect(desk.incidents()[0]!.threads).toMatchObject([{ alarm: { state: 'resolved' }, flaps: 0 }]);
  });
});

describe('an end that nobody tells', () => {
  it('is taken as told when nobody spoke of the alarm for a day', () => {
    const desk = new Desk();
    desk.hand(alarm('lag', 'data', { job: 'job-1' }, at(0), { lasts: 'until-resolved' }));
    desk.settle(23 * 60);
    expect(desk.incidents()).toMatchObject([{ state: 'open' }]);
    desk.settle(24 * 60 + 1);
    expect(desk.incidents()).toMatchObject([{ state: 'closed' }]);
  });
});

describe('an alarm that is dated in the future', () => {
  it('is of now, unless clocks may differ by as much', () => {
    const dates = datedBy(at(0), [
      reclaim('i-1-0', at(4)),
      reclaim('i-1-0', at(60)),
      reclaim('i-1-0', at(-9)),
    ]);
    expect(dates.map((one) => one.at)).toEqual([at(4), at(0), at(-9)]);
  });
});

describe('incidents that become one', () => {
  it('count as opened as often as the one that was most', () => {
    const desk = new Desk();
    desk.hand(alarm('node-lost', 'capacity', { clusterId: 'j-0' }, at(0)));
    const other = { job: 'other', zone: 'us-east-1b' };
    desk.hand(alarm('node-lost', 'capacity', other, at(0, 30)));
    for (const minute of [10, 16])
      desk.hand(alarm('node-lost', 'capacity', { clusterId: 'j-0' }, at(minute)));
    desk.settle(17);
    expect(desk.incidents().map(({ state }) => state)).toEqual(['open', 'closed']);
    desk.hand(alarm('node-lost', 'capacity', other, at(18)));
    expect(desk.incidents().map(({ reopened }) => reopened)).toEqual([0, 1]);
    desk.hand(alarm('quota', 'capacity', { clusterId: 'j-0', job: 'other' }, at(19)));
    expect(desk.incidents()).toMatchObject([{ reopened: 1 }]);
  });
});

describe('an incident of the longest alarms', () => {
  it('stays below what an item holds, and counts what found no room', () => {
    const desk = new Desk();
    const long = (i: number) =>
      alarm(
        `rule-${i % 5}-${'ß'.repeat(100)}`,
        'access',
        { clusterId: 'j-0', step: `${i}-${'é'.repeat(150)}` },
        at(0),
        {
          says: `${i} ${'ü'.repeat(290)}`,
        },
      );
    for (let from = 0; from < 600; from += 50) {
      desk.hand(...Array.from({ length: 50 }, (_, i) => long(from + i)));
      for (const incident of desk.store.all())
        expect(Buffer.byteLength(JSON.stringify(incident))).toBeLessThan(400_000);
    }
    const [incident, ...others] = desk.incidents();
    expect(others).toEqual([]);
    const beyond = Object.values(incident!.beyond).reduce((sum, { notices }) => sum + notices, 0);
    expect(incident!.threads.length + beyond).toBe(600);
    expect(incident!.threads.length).toBeGreaterThan(150);
  });
});
