import { describe, expect, it } from 'vitest';
import { concerns, Outages } from '../../../bench/simulate/observe/outages.ts';

const MINUTE_MS = 60_000;
const strike = (minute: number, kind: string, subject: Record<string, string>) => ({
  atMs: minute * MINUTE_MS,
  kind: 'fault',
  detail: { kind, ...subject },
});
const ofReaper = { function: 'flarepath-find-leaked-clusters' };
const reaper = concerns(/find-?leaked|reap/i, ['slow-termination']);
const minutesTaken = (outages: ReturnType<Outages['of']>) => outages.within(0, 600 * MINUTE_MS) / MINUTE_MS;

describe('the time that faults take from a promise', () => {
  it('begins when one strikes, not when it could, and ends when what it set back has recovered', () => {
    const outages = new Outages([{ kind: 'function-throttled' }]);
    const view = outages.of(reaper);
    expect(minutesTaken(view)).toBe(0);
    outages.follow(strike(20, 'function-throttled', ofReaper));
    outages.follow(strike(25, 'function-throttled', ofReaper));
    expect(minutesTaken(view)).toBe(15);
    expect(view.workingTime(0, 60 * MINUTE_MS)).toBe(45 * MINUTE_MS);
  });

  it.each([
    ['strikes somebody else', 'function-throttled', { function: 'flarepath-collect-run' }],
    ['befalls a step', 'skew-straggler', { clusterName: 'flarepath-reap' }],
    ['befalls the market', 'insufficient-capacity', { zone: 'us-east-1a' }],
  ])('is none for a fault that %s', (_, kind, subject) => {
    const outages = new Outages([]);
    const view = outages.of(reaper);
    outages.follow(strike(20, kind, subject));
    expect(minutesTaken(view)).toBe(0);
  });

  it('counts the role, the schedule and the store, and what a fault says of its length', () => {
    const outages = new Outages([
      { kind: 'late-schedule', with: { seconds: 600 } },
      { kind: 'slow-termination', with: { minutes: 30 } },
      { kind: 'lost-schedule' },
    ]);
    const view = outages.of(reaper);
    const role = { principal: 'arn:aws:iam::1:role/FunctionsfindleakedclustersRole1' };
    outages.follow(strike(0, 'throttle', { service: 'emr', ...role }));
    outages.follow(strike(100, 'late-schedule', { schedule: 'flarepath-reap' }));
    outages.follow(strike(200, 'slow-termination', { clusterId: 'j-1' }));
    outages.follow(strike(300, 'lost-schedule', { schedule: 'flarepath-reap' }));
    outages.follow(strike(400, 'throttled-partition', { table: 'ledger', key: 'CLUSTER#x' }));
    expect(minutesTaken(view)).toBe(10 + 20 + 40 + 25 + 10);
  });
});
