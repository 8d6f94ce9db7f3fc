/** What a simulated cluster reports of its progress: the items and metrics that the real reporter would write. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ReportedProgress } from '../../../core/contracts/reported-progress.ts';
import type { FaultInput } from '../../../simulator/faults.ts';
import { launched, MINUTE_MS, reporter, START_MS, withOrders } from './emr-account.ts';

const WORLD = readFileSync('examples/worlds/fortnight.yaml', 'utf8').replace(
  'progressReported: false',
  'progressReported: true',
);

/** The reports of every minute, each with the minute in which it was there to be read first. */
async function reported(expected?: string, faults: FaultInput[] = [], minutes = 60) {
  const account = withOrders({ faults }, WORLD);
  const cluster = await launched(account, { BootstrapActions: [reporter(expected)] });
  const reports: (ReportedProgress & { minute: number })[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await account.pass(1);
    const written = account.emr.takeReport(cluster.id);
    if (written === null) continue;
    expect(written).toMatchObject({ table: 'ledger', item: { pk: { S: `PROGRESS#${cluster.id}` } } });
    const plain = Object.entries(written.item).map(([name, value]) => [
      name,
      'S' in value ? value.S : Number(value.N),
    ]);
    reports.push({ ...ReportedProgress.parse(Object.fromEntries(plain)), minute });
  }
  return { reports, faults: account.kernel.faultsInjected };
}

const ageMinutes = ({ reportedAt, minute }: { reportedAt: string; minute: number }) =>
  minute - (Date.parse(reportedAt) - START_MS) / MINUTE_MS;
const expectedSeconds = async () => {
  const { reports } = await reported();
  return String(Math.round(reports.at(-1)!.taskSeconds));
};

describe('a simulated cluster', () => {
  it('reports what its driver shows, and no share while nothing says how much there is to do', async () => {
    const { reports } = await reported();
    expect(reports.length).toBeGreaterThan(5);
    for (const report of reports) expect(report.workDone).toBeUndefined();
    const done = reports.map(({ tasksDone }) => tasksDone);
    expect(done).toEqual(done.toSorted((one, other) => one - other));
    const middle = reports[Math.floor(reports.length / 2)]!;
    expect(middle).toMatchObject({ applications: 1, applicationsEnded: 0, driverRestarts: 0 });
    expect(middle.executors).toBeGreaterThan(0);
    expect(middle.tasksRunning).toBeGreaterThan(0);
  });

  it('reports a share by the rule of the program: of what was expected, or of what is known to be left, if more', async () => {
    const usual = Number(await expectedSeconds());
    const { reports } = await reported(String(usual));
    const shares = reports.map(({ workDone }) => workDone ?? 0);
    expect(shares[0]).toBeLessThan(0.2);
    expect(shares.at(-1)).toBeGreaterThan(0.9);
    expect(Math.max(...shares)).toBeLessThanOrEqual(0.99);
    const { reports: more } = await reported(String(usual * 2));
    expect(more.at(-1)!.workDone).toBeCloseTo(shares.at(-1)! / 2, 1);
    // far too little was expected: what is open counts
    const { reports: less } = await reported(String(usual / 10));
    const open = less.find(({ tasksOpen, tasksDone }) => tasksOpen > tasksDone && tasksDone > 0);
    expect(open!.workDone).toBeLessThan(0.6);
  });

  it('reports nothing where no bootstrap action starts a reporter', async () => {
    const account = withOrders({}, WORLD);
    const cluster = await launched(account);
    await account.pass(20);
    expect(account.emr.takeReport(cluster.id)).toBeNull();
  });
});

describe('reports that go wrong', () => {
  const fault = (form: string, minutes = 15): FaultInput[] => [
    { kind: 'progress-report', with: { form, minutes } },
  ];

  it('are missing, or end', async () => {
    expect((await reported('36000', fault('missing'))).reports).toEqual([]);
    const { reports } = await reported('36000');
    const { reports: fewer, faults } = await reported('36000', fault('dies', 6));
    expect(fewer.length).toBeGreaterThan(0);
    expect(fewer.length).toBeLessThan(reports.length);
    expect(faults.get('progress-report')).toBe(1);
  });

  it('come late', async () => {
    const { reports } = await reported('36000', fault('late', 5));
    expect(ageMinutes(reports[0]!)).toBeLessThan(1);
    expect(ageMinutes(reports.at(-1)!)).toBeGreaterThan(4);
  });

  it('fall', async () => {
    const { reports } = await reported(await expectedSeconds(), fault('backwards', 7));
    const shares = reports.map(({ workDone }) => workDone ?? 0);
    expect(shares.some((share, i) => i > 0 && share < (shares[i - 1] ?? 0) / 2)).toBe(true);
  });

  it.each([
    ['clock-ahead', -15],
    ['clock-behind', 15],
  ])('are dated by a clock that is off: %s', async (form, age) => {
    const { reports } = await reported('36000', fault(form));
    expect(Math.abs(ageMinutes(reports.at(-1)!) - age)).toBeLessThanOrEqual(1);
  });
});
