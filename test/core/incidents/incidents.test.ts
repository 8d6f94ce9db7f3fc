import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../../core/contracts/alarm.ts';
import { settleIncidents } from '../../../core/incidents/settle-incidents.ts';
import { alarm, at, badInput, Desk, FLEET, late, reclaim, TYPES } from './desk.ts';

describe('alarms that belong together', () => {
  it('makes a reclaimed zone and a bad file in one night two incidents, each with its symptoms', () => {
    const desk = new Desk();
    desk.hand(...[0, 3, 6].flatMap((i) => TYPES.map((_, t) => reclaim(`i-${i}-${t}`, at(0, i)))));
    desk.hand(badInput('job-4', at(1)));
    desk.settle(2);
    desk.hand(late('job-0', at(2)), late('job-3', at(2)), late('job-4', at(2)));
    const incidents = desk.incidents();
    expect(incidents.map(({ threads }) => threads.length).sort((a, b) => a - b)).toEqual([2, 17]);
    const file = incidents.find(({ threads }) => threads.length === 2)!;
    expect(file.threads.map((thread) => thread.alarm.rule).sort()).toEqual(['input-bad', 'late']);
    expect(file.threads.map(({ joinedBecause }) => joinedBecause)).toContain(
      'a symptom in the same run or job as input-bad',
    );
  });

  it('says what an alarm shares with those that were there', () => {
    const desk = new Desk();
    desk.hand(reclaim('i-1-0', at(0)), reclaim('i-4-1', at(0, 30)));
    const reasons = desk.incidents().map(({ threads }) => threads.map(({ joinedBecause }) => joinedBecause));
    expect(reasons).toEqual([['opened it', 'shares rule=spot-reclaim, zone=us-east-1b']]);
  });

  it('follows a data set from the job that writes it to the one that reads it', () => {
    const desk = new Desk();
    desk.hand(
      alarm('output-missing', 'data', { job: 'job-1' }, at(0)),
      badInput('job-2', at(3)),
      badInput('job-7', at(3)),
    );
    expect(
      desk
        .groups()
        .map((group) => group.split(',').length)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('does not join what has little in common', () => {
    const desk = new Desk();
    desk.hand(
      reclaim('i-0-0', at(0)),
      reclaim('i-1-1', at(0)),
      alarm('hdfs-full', 'memory', { job: 'job-0' }, at(0)),
    );
    expect(desk.incidents()).toHaveLength(3);
  });

  it('merges incidents when an alarm belongs to both', () => {
    const desk = new Desk();
    desk.hand(alarm('node-lost', 'capacity', { clusterId: 'j-0' }, at(0)));
    desk.hand(alarm('node-lost', 'capacity', { job: 'other', zone: 'us-east-1b' }, at(1)));
    expect(desk.incidents()).toHaveLength(2);
    desk.hand(alarm('quota', 'capacity', { clusterId: 'j-0', job: 'other' }, at(2)));
    const [incident] = desk.incidents();
    expect(desk.incidents()).toHaveLength(1);
    expect(incident).toMatchObject({ openedAt: at(0), mergedFrom: [expect.any(String)] });
    expect(incident!.threads).toHaveLength(3);
    expect(desk.store.all().find(({ state }) => state === 'merged')?.mergedInto).toBe(incident!.id);
  });

  it('lets a symptom make no two causes one', () => {
    const desk = new Desk();
    desk.hand(alarm('node-lost', 'capacity', { job: 'job-0' }, at(0)), badInput('job-5', at(0)));
    const slow = alarm('slow', 'symptom', { clusterId: 'j-5' }, at(1));
    desk.hand(late('job-0', at(1)), slow);
    const both = (minute: number) =>
      alarm('stuck', 'symptom', { job: 'job-0', clusterId: 'j-5' }, at(minute));
    desk.hand(both(2));
    desk.hand(both(3));
    const incidents = desk.incidents();
    expect(incidents.map(({ threads }) => threads.length).sort()).toEqual([2, 3]);
    const stuck = incidents.flatMap(({ threads }) =>
      threads.filter((thread) => thread.alarm.rule === 'stuck'),
    );
    expect(stuck).toMatchObject([{ notices: 2 }]);
  });

  it('moves symptoms to the cause that came after them', () => {
    const desk = new Desk();
    desk.hand(late('job-4', at(0)));
    desk.hand(badInput('job-4', at(2)));
    expect(desk.incidents()).toHaveLength(2);
    desk.settle(3);
    const [incident] = desk.incidents();
    expect(desk.incidents()).toHaveLength(1);
    expect(incident).toMatchObject({ hasCause: true, openedAt: at(0) });
  });
});

describe('an incident over time', () => {
  const lost = (minute: number, state: Alarm['state']) =>
    alarm('hdfs-full', 'memory', { job: 'job-0' }, at(minute), { state, lasts: 'until-resolved' });

  it('counts what repeats, and what is delivered twice once', () => {
    const desk = new Desk();
    desk.hand(lost(0, 'firing'), lost(0, 'firing'));
    desk.hand(lost(0, 'firing'), lost(1, 'firing'));
    expect(desk.incidents()[0]!.threads).toMatchObject([{ notices: 2, flaps: 0, firstAt: at(0) }]);
  });

  it('is held open when all is over, the longer the more it flapped, then closed', () => {
    const desk = new Desk();
    desk.hand(lost(0, 'firing'));
    desk.settle(30);
    expect(desk.incidents()[0]!.state).toBe('open');
    desk.hand(lost(31, 'resolved'));
    desk.settle(32);
    expect(desk.incidents()[0]!.state).toBe('held');
    desk.hand(lost(33, 'firing'));
    expect(desk.incidents()[0]).toMatchObject({ state: 'open', threads: [{ flaps: 1 }] });
    desk.hand(lost(34, 'resolved'));
    desk.settle(40);
    expect(desk.incidents()[0]!.state).toBe('held');
    desk.settle(45);
    expect(desk.incidents()[0]).toMatchObject({ state: 'closed', closedAt: at(45) });
  });

  it('is reopened by a symptom that it takes in, too', () => {
    const desk = new Desk();
    desk.hand(lost(0, 'firing'), lost(1, 'resolved'));
    desk.settle(8);
    // it came by a cluster that nobody knew, so nothing led to the cause at first
    desk.hand(alarm('slow', 'symptom', { clusterId: 'unknown' }, at(9)));
    const slow = desk.incidents().find(({ hasCause }) => !hasCause)!;
    expect(desk.incidents().find(({ hasCause }) => hasCause)).toMatchObject({ state: 'closed' });
    const knowing = {
      ...FLEET,
      topology: { ...FLEET.topology, clusters: new Map([['unknown', { job: 'job-0' }]]) },
    };
    desk.store.write(settleIncidents([slow], desk.store, knowing, at(10)));
    expect(desk.incidents()).toMatchObject([{ state: 'open', closedAt: null, reopened: 1 }]);
  });

  it('reopens within two minutes, and not later', () => {
    const closed = () => {
      const desk = new Desk();
      desk.hand(lost(0, 'firing'), lost(1, 'resolved'));
      desk.settle(10);
      return desk;
    };
    const soon = closed();
    soon.hand(lost(12, 'firing'));
    expect(soon.incidents()).toMatchObject([{ state: 'open', reopened: 1, closedAt: null }]);
    const later = closed();
    later.hand(lost(13, 'firing'));
    expect(
      later
        .incidents()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['closed', 'open']);
  });

  it('ends by itself when its events stop', () => {
    const desk = new Desk();
    desk.hand(reclaim('i-0-0', at(0)));
    desk.settle(10);
    expect(desk.incidents()[0]!.state).toBe('open');
    desk.settle(16);
    expect(desk.incidents()[0]!.state).toBe('closed');
  });

  it('says when an end has no beginning', () => {
    expect(new Desk().hand(lost(0, 'resolved'))).toHaveLength(1);
  });

  it('counts alarms beyond what an item of the ledger can hold', () => {
    const desk = new Desk();
    const many = Array.from({ length: 1000 }, (_, i) =>
      alarm('spot-reclaim', 'capacity', { clusterId: 'j-0', instanceId: `i-${i}` }, at(0)),
    );
    desk.hand(...many);
    const [incident] = desk.incidents();
    expect(incident!.threads).toHaveLength(400);
    expect(incident!.beyond).toMatchObject({ 'spot-reclaim': { notices: 600 } });
    expect(JSON.stringify(incident).length).toBeLessThan(400_000);
    expect(desk.where.size).toBe(1000);
  });

  it('stays below what an item holds in a storm of thousands of alarms, each from its own job', () => {
    const desk = new Desk();
    const words = 'The machine of this job was taken back with two minutes of notice. '
      .repeat(3)
      .slice(0, 200);
    const far = (i: number) =>
      alarm(
        `spot-reclaim-${i % 300}`,
        'capacity',
        { clusterId: 'j-0', job: `nightly-sales-of-country-${i}`, instanceId: `i-0123456789abcdef${i}` },
        at(i % 50),
        { says: words },
      );
    const all = Array.from({ length: 8000 }, (_, i) => far(i));
    desk.hand(...all);
    // what found no room is counted where it was, also when it comes again
    desk.hand(alarm('spot-reclaim-7', 'capacity', { clusterId: 'j-0', job: 'other' }, at(51)));
    const [incident, ...others] = desk.incidents();
    expect(others).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(incident))).toBeLessThan(400_000);
    const beyond = Object.values(incident!.beyond).reduce((sum, { notices }) => sum + notices, 0);
    expect(incident!.threads.length + beyond).toBe(8001);
  });

  it('lists the latest of the incidents that it took in, and all of them point to it', () => {
    const desk = new Desk();
    const lone = Array.from({ length: 300 }, (_, i) => late(`alone-${i}`, at(0, i % 60)));
    desk.hand(...lone);
    expect(desk.incidents()).toHaveLength(300);
    for (const [i, one] of lone.entries())
      desk.hand(alarm('stuck', 'symptom', { ...one.place, clusterId: 'shared' }, at(1 + (i % 50))));
    const [incident, ...others] = desk.incidents();
    expect(others).toEqual([]);
    expect(incident!.mergedFrom).toHaveLength(100);
    expect(desk.store.all().every(({ id }) => desk.store.survivor(id) === incident!.id)).toBe(true);
  });
});
