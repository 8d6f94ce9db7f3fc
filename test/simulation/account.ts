import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createClients } from '../../lambdas/runtime/clients.ts';
import { decisionsOf } from '../../lambdas/aws/ledger-decisions.ts';
import { championModel } from '../../lambdas/aws/ledger-models.ts';
import { newestRecords } from '../../lambdas/aws/ledger-records.ts';
import { openRun } from '../../lambdas/aws/ledger-open-runs.ts';
import { findRun } from '../../lambdas/aws/ledger-runs.ts';
import { executionNameOf } from '../../core/ledger/run-key.ts';
import { withEnvironment } from '../../simulator/deploy/edit-template.ts';
import { createScenario, type Scenario, type ScenarioOptions } from '../../simulator/scenario.ts';
import { readWorldFile, type WorldFile } from '../../simulator/world/world-file.ts';
import { testAssembly } from './assembly.ts';
import { killer } from './kill.ts';

const WORLD_FILE = join(import.meta.dirname, 'world.yaml');
/** what a run comes to is the same; it is only thought of for less long, and nothing is logged */
const FAST = { PLAN_EFFORT: 'fast', POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
export const MINUTE_MS = 60_000;

export interface AccountOptions extends Partial<Omit<ScenarioOptions, 'assemblyDirectory' | 'world'>> {
  readonly world?: (world: WorldFile) => WorldFile;
  /** called with the scenario before anything is deployed */
  readonly prepare?: (scenario: Scenario) => void;
}

/** 01:30 of the first day: the day's clicks have arrived, its schedule has ticked. */
export const MORNING = '2026-01-05T01:30:00.000Z';

/** An account with the test jobs deployed, at {@link MORNING} unless told otherwise. */
export async function openAccount(options: AccountOptions = {}) {
  const { world, prepare, editTemplate, ...rest } = options;
  const file = readWorldFile(readFileSync(WORLD_FILE, 'utf8'), WORLD_FILE);
  const fast = (template: unknown): unknown => withEnvironment(template, FAST);
  const scenario = await createScenario({
    seed: 1,
    startAt: MORNING,
    assemblyDirectory: await testAssembly(),
    ...rest,
    world: world?.(file) ?? file,
    editTemplate: (template) => fast(editTemplate?.(template) ?? template),
  });
  const kills = killer(scenario);
  prepare?.(scenario);
  const outputs = await scenario.deploy();
  return { ...actions(scenario, outputs), killer: kills, scenario, outputs };
}
export type TestAccount = Awaited<ReturnType<typeof openAccount>>;

/** The same, closed when the test that asked for it is over. */
export async function openAccountForTest(options: AccountOptions = {}): Promise<TestAccount> {
  const account = await openAccount(options);
  onTestFinished(() => account.scenario.close());
  return account;
}

function actions(scenario: Scenario, outputs: Readonly<Record<string, string>>) {
  const { kernel, services } = scenario;
  const { region, ...seams } = scenario.client;
  const clients = createClients(region, seams);
  const ledger = { clients, table: outputs['LedgerTable'] ?? '' };
  const nowMs = (): number => kernel.clock.nowMs();
  const call = <T>(service: string, operation: string, input: unknown): Promise<T> =>
    scenario.during(() => kernel.call(service, operation, input, kernel.root)) as Promise<T>;
  const executions = (machine: string) => services.sfn.executions(`flarepath-${machine}`);
  const pass = (minutes: number) => scenario.runUntil(nowMs() + minutes * MINUTE_MS);
  return {
    ledger,
    executions,
    nowMs,
    call,
    pass,
    /** starts a run as a caller does; at this very minute unless told otherwise */
    async start(job: string, scheduledAt = new Date(nowMs()).toISOString(), name?: string) {
      const runKey = `${job}@${scheduledAt}`;
      await call('sfn', 'StartExecution', {
        stateMachineArn: outputs['RunJobArn'],
        name: name ?? executionNameOf(runKey),
        input: JSON.stringify({ job, scheduledAt }),
      });
      return runKey;
    },
    /** lets time pass until that holds, looking every so often */
    async until(holds: () => boolean, atMostMinutes = 300, everyMinutes = 2) {
      const endMs = nowMs() + atMostMinutes * MINUTE_MS;
      while (!holds()) {
        if (nowMs() >= endMs) throw new Error(`It did not happen within ${atMostMinutes} virtual minutes`);
        await pass(everyMinutes);
      }
    },
    /** lets time pass until no execution runs */
    async landed(atMostMinutes = 300) {
      const idle = (): boolean =>
        ['run-job', 'fly', 'release'].every((machine) =>
          executions(machine).every(({ status }) => status !== 'RUNNING'),
        );
      await this.until(idle, atMostMinutes);
    },
    /** events of an execution of that state machine's, the latest first */
    statesOf: (machine: string, index = 0) =>
      (executions(machine)[index]?.history.events ?? [])
        .filter(({ type }) => type.endsWith('StateEntered'))
        .map(({ details }) => String(details?.['name'])),
    messages: () => services.sns.outbox.map(({ subject = '', message }) => ({ subject, message })),
    clusters: () => scenario.world.instances.clusterIds(),
    runningInstances: () =>
      scenario.world.instances
        .clusterIds()
        .flatMap((id) => scenario.world.instances.ofCluster(id))
        .filter(({ endedMs }) => endedMs === null),
    run: (runKey: string) => scenario.during(() => findRun(ledger, runKey)),
    records: (job: string) =>
      scenario.during(async () => (await newestRecords(ledger, job, 10)).map(({ record }) => record)),
    model: (job: string) => scenario.during(() => championModel(ledger, job)),
    decisions: (runKey: string, attempt = 1) =>
      scenario.during(() => decisionsOf(ledger, runKey, attempt, 500)),
    /** what a plan that waits for people is answered with */
    taskToken: (runKey: string) =>
      scenario.during(async () => (await openRun(ledger, runKey))?.approval?.taskToken),
    item: (pk: string, sk: string) =>
      call<{ Item?: Record<string, { S?: string }> }>('dynamodb', 'GetItem', {
        TableName: ledger.table,
        Key: { pk: { S: pk }, sk: { S: sk } },
      }),
    /** pointers of runs; `latest.json` is another */
    published: () =>
      services.s3
        .list('example-results')
        .filter(({ key }) => key.includes('/_published/') && !key.endsWith('/latest.json')),
    calls: (operation: string) =>
      kernel.traced.entries.filter(
        ({ kind, detail }) => kind === 'call' && detail['operation'] === operation,
      ),
  };
}
