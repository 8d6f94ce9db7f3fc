/** The reporter as EMR starts it, against YARN's and Spark's answers, with an `aws` command that takes notes. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReportedProgress } from '../../core/contracts/reported-progress.ts';
import { sparkAnswers, YarnServer, type YarnApplication } from './yarn-server.ts';

const REPORTER = join(import.meta.dirname, '..', '..', 'cluster', 'progress-reporter.py');
const python = spawnSync('python3', ['--version']).status === 0;

/** An `aws` that writes its arguments down, and refuses while a file says so. */
const AWS = `#!/usr/bin/env python3
import json, os, sys
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "calls"), "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
if os.path.exists(os.path.join(here, "throttled")):
    sys.exit("An error occurred (ThrottlingException): Rate exceeded")
`;

describe.skipIf(!python)(`the progress reporter${python ? '' : ' (skipped: there is no python3)'}`, () => {
  let yarn: YarnServer;
  let home: string;

  beforeEach(async () => {
    yarn = new YarnServer();
    await yarn.listen();
    home = mkdtempSync(join(tmpdir(), 'reporter-'));
    writeFileSync(join(home, 'aws'), AWS, { mode: 0o755 });
    writeFileSync(join(home, 'job-flow.json'), JSON.stringify({ jobFlowId: 'j-TEST' }));
    writeFileSync(join(home, 'instance.json'), JSON.stringify({ isMaster: true }));
  });

  afterEach(async () => {
    const pid = daemon();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await yarn.close();
    // what was killed may still have been writing
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });

  /** Starts it as EMR does, and returns when the bootstrap action does. */
  function bootstrap(...options: string[]) {
    const set = ['--table', 'ledger', '--region', 'eu-west-1', '--every-seconds', '0.2', ...options];
    const own = ['--aws', join(home, 'aws'), '--info', home, '--home', join(home, 'own')];
    const answer = spawnSync(REPORTER, [...set, ...own, '--resource-manager', yarn.url], {
      encoding: 'utf8',
    });
    return { status: answer.status, said: answer.stderr };
  }

  const daemon = () => {
    const file = join(home, 'own', 'lock');
    return existsSync(file) && readFileSync(file, 'utf8') !== ''
      ? Number(readFileSync(file, 'utf8'))
      : undefined;
  };
  const calls = (): string[][] => {
    const file = join(home, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line));
  };
  const items = () =>
    calls()
      .filter((call) => call.includes('put-item'))
      .map((call) => JSON.parse(call[call.indexOf('--item') + 1] ?? '{}'));

  /** The newest item as the ledger's reader sees it. */
  function newest() {
    const item = items().at(-1) ?? {};
    const plain = Object.entries(item).map(([name, value]) => {
      const { S, N } = value as { S?: string; N?: string };
      return [name, S ?? Number(N)];
    });
    return ReportedProgress.safeParse(Object.fromEntries(plain)).data;
  }

  /** Waits until what was reported satisfies; how long is no test's business. */
  async function reported(satisfies: (progress: ReportedProgress) => boolean): Promise<ReportedProgress> {
    for (;;) {
      const found = newest();
      if (found !== undefined && satisfies(found)) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const runs = (id: string, when: 'early' | 'late' = 'early') => {
    const application: YarnApplication = { state: 'RUNNING', driver: sparkAnswers(when) };
    yarn.applications.set(id, application);
    return application;
  };

  it('says what the driver says of its stages and executors, under the cluster’s key', async () => {
    runs('application_1_0001');
    expect(bootstrap()).toEqual({ status: 0, said: '' });
    const progress = await reported(({ tasksDone }) => tasksDone > 0);
    expect(progress).toMatchObject({
      ...{ applications: 1, applicationsEnded: 0, applicationsSilent: 0, stagesDone: 0, stagesOpen: 1 },
      ...{ tasksDone: 23, tasksOpen: 1, tasksRunning: 1, tasksFailed: 0, taskSeconds: 30.063 },
      ...{ executors: 2, executorCores: 2, spillBytes: 0 },
    });
    expect(progress.memoryTotalBytes).toBeGreaterThan(progress.memoryUsedBytes);
    expect(progress.workDone).toBeUndefined();
    const call = calls().find((one) => one.includes('put-item')) ?? [];
    expect(call.slice(0, 6)).toEqual([
      '--region',
      'eu-west-1',
      'dynamodb',
      'put-item',
      '--table-name',
      'ledger',
    ]);
    expect(items()[0]).toMatchObject({ pk: { S: 'PROGRESS#j-TEST' }, sk: { S: 'NEWEST' } });
  });

  it('tells people through CloudWatch, of its own namespace, by the cluster', async () => {
    runs('application_1_0001');
    bootstrap('--expected-task-seconds', '60');
    const put = () =>
      calls().find((call) => call.includes('put-metric-data') && call.join().includes('WorkDone'));
    await reported(() => put() !== undefined);
    const call = put() ?? [];
    expect(call).toContain('Flarepath');
    const data = JSON.parse(call[call.indexOf('--metric-data') + 1] ?? '[]');
    expect(data.map(({ MetricName }: { MetricName: string }) => MetricName)).toEqual([
      'WorkDonePercent',
      'TasksRunning',
      'ExecutorsRunning',
      'SpillBytes',
    ]);
    expect(data[0].Dimensions).toEqual([{ Name: 'JobFlowId', Value: 'j-TEST' }]);
  });

  it('measures the work by the task time that was expected', async () => {
    runs('application_1_0001');
    bootstrap('--expected-task-seconds', '60');
    const { workDone } = await reported(({ tasksDone }) => tasksDone > 0);
    expect(workDone).toBeCloseTo(30.063 / 60, 3);
  });

  it('takes what is known to be left for the whole when that is more than was expected', async () => {
    runs('application_1_0001');
    bootstrap('--expected-task-seconds', '20');
    const { workDone } = await reported(({ tasksDone }) => tasksDone > 0);
    expect(workDone).toBeCloseTo(23 / 24, 3);
  });

  it('never calls the work done before EMR does', async () => {
    const { driver } = runs('application_1_0001', 'late');
    // the next job of the application is not announced yet
    if (driver !== undefined) driver.stages = driver.stages.filter(({ status }) => status === 'COMPLETE');
    bootstrap('--expected-task-seconds', '1');
    const { workDone, tasksOpen } = await reported(({ tasksDone }) => tasksDone > 0);
    expect(tasksOpen).toBe(0);
    expect(workDone).toBe(0.99);
  });

  it('adds applications up, and remembers those that have ended', async () => {
    const first = runs('application_1_0001', 'late');
    bootstrap();
    const alone = await reported(({ tasksDone }) => tasksDone > 0);
    first.state = 'FINISHED';
    first.driver = undefined;
    runs('application_1_0002', 'early');
    const both = await reported(({ applications }) => applications === 2);
    expect(alone).toMatchObject({ stagesDone: 4, stagesOpen: 3, tasksOpen: 26 });
    expect(both).toMatchObject({
      applicationsEnded: 1,
      applicationsSilent: 0,
      tasksDone: alone.tasksDone + 23,
    });
  });

  it('keeps what it knows of stages that the driver has forgotten', async () => {
    const { driver } = runs('application_1_0001', 'late');
    bootstrap();
    const { tasksDone } = await reported((progress) => progress.tasksDone > 0);
    driver?.stages.pop();
    const asked = yarn.asked;
    const later = await reported(() => yarn.asked > asked + 8);
    expect(later.tasksDone).toBe(tasksDone);
  });

  it('begins anew when YARN starts a driver again', async () => {
    const application = runs('application_1_0001', 'late');
    bootstrap();
    await reported(({ tasksDone }) => tasksDone > 23);
    const again = sparkAnswers('early');
    again.applications[0]!.attempts[0] = { ...again.applications[0]!.attempts[0], attemptId: '2' };
    application.driver = again;
    const progress = await reported(({ tasksDone }) => tasksDone <= 23);
    expect(progress).toMatchObject({ tasksDone: 23, driverRestarts: 1 });
  });

  it('keeps its numbers while a driver is silent, and says that it is', async () => {
    const application = runs('application_1_0001');
    bootstrap();
    await reported(({ tasksDone }) => tasksDone > 0);
    application.driver = undefined;
    const progress = await reported(({ applicationsSilent }) => applicationsSilent === 1);
    expect(progress.tasksDone).toBe(23);
  });

  it('outlives a ResourceManager that is not there yet', async () => {
    yarn.down = true;
    bootstrap();
    while (yarn.asked < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(items()).toEqual([]);
    runs('application_1_0001');
    yarn.down = false;
    expect((await reported(({ tasksDone }) => tasksDone > 0)).tasksDone).toBe(23);
  });

  it('comes back after it was throttled', async () => {
    runs('application_1_0001');
    writeFileSync(join(home, 'throttled'), '');
    bootstrap();
    while (items().length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    rmSync(join(home, 'throttled'));
    const refused = items().length;
    await reported(() => items().length > refused + 2);
  });

  it('asks ever less often while it is refused, and at least every five minutes, whatever the clock says', () => {
    const program = `
import importlib.util, itertools, time
spec = importlib.util.spec_from_file_location("reporter", ${JSON.stringify(REPORTER)})
reporter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reporter)
reporter.log = lambda text: None
reporter.random.uniform = lambda low, high: high
now = itertools.count(1000)
told = []
def refuse(progress):
    told.append(reporter.time.monotonic.last)
    raise OSError("ThrottlingException")
def monotonic():
    monotonic.last = next(now)
    return monotonic.last
time.monotonic = monotonic
time.time = lambda: 0 if monotonic.last % 2 else 10 ** 10
outlet = reporter.Outlet(refuse, 30)
for _ in range(2000):
    outlet.offer({})
print([b - a for a, b in zip(told, told[1:])])
`;
    const { stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual([60, 120, 240, 300, 300, 300, 300, 300]);
  });

  it('does nothing on other nodes', () => {
    writeFileSync(join(home, 'instance.json'), JSON.stringify({ isMaster: false }));
    expect(bootstrap()).toEqual({ status: 0, said: '' });
    expect(existsSync(join(home, 'own'))).toBe(false);
  });

  it('never fails a node: what is wrong is said, and the cluster goes on', () => {
    writeFileSync(join(home, 'instance.json'), 'no JSON');
    expect(bootstrap()).toMatchObject({ status: 0, said: expect.stringContaining('no progress') });
    expect(spawnSync(REPORTER, ['--unknown']).status).toBe(0);
  });

  it('runs once on a node, however often it is started', async () => {
    mkdirSync(join(home, 'own'));
    runs('application_1_0001');
    bootstrap();
    await reported(({ tasksDone }) => tasksDone > 0);
    const first = daemon();
    bootstrap();
    const count = items().length;
    await reported(() => items().length > count + 2);
    expect(daemon()).toBe(first);
  });
});
