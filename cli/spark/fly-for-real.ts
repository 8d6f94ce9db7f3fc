import { basename, join, resolve } from 'node:path';
import { executionNameOf, runKeyOf } from '../../core/ledger/run-key.ts';
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { withEnvironment } from '../../simulator/deploy/edit-template.ts';
import { Lake } from '../../simulator/real-spark/lake.ts';
import { RealSpark } from '../../simulator/real-spark/real-spark.ts';
import { passWallTime } from '../../simulator/real-spark/wall-clock.ts';
import { createScenario, type Scenario } from '../../simulator/scenario.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import type { CommandContext } from '../command-context.ts';
import { readJobFolder } from '../read-job-folder.ts';
import { readTextFile } from '../read-text-file.ts';
import { memoryOf } from '../simulate/account-of-scenario.ts';
import { assemblyOf } from '../simulate/assembly.ts';
import { refuseViolations, whatHappened } from '../simulate/what-happened.ts';
import { BUCKET, makeData, showData } from './example-data.ts';
import { takeOneNode } from './take-one-node.ts';
import { claimFolder } from './own-folder.ts';
import { watchProgress } from './watch-progress.ts';
import { sparkHome } from './toolchain.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples', 'spark');
const WORLD = 'examples/worlds/real-spark.yaml';

interface Request {
  /** jobs in the order of their runs; a job may come again */
  readonly runs: readonly string[];
  readonly mib: number;
  readonly effort: 'fast' | 'full';
  /** a node of the first run is taken */
  readonly reclaim: boolean;
  /** for data, logs and what workers keep */
  readonly directory: string;
}

/**
 * Flies example jobs one after another: the product as it is deployed, on a simulated AWS whose EMR runs their steps
 * with the real Spark of this machine.
 *
 * @returns what happened, and how much simulated time nobody waited for
 * @throws InvalidInputError  when Java or Python is missing, or the folder is somebody else's
 */
export async function flyForReal(
  request: Request,
  context: CommandContext,
): Promise<{ data: ReportData; skippedMs: number }> {
  const home = await sparkHome(ROOT, context);
  const directory = resolve(request.directory);
  const lake = new Lake(join(directory, 'lake'));
  // data stay
  claimFolder(directory, ['clusters', 'lake'], basename(BUCKET));
  for (const job of new Set(request.runs)) makeData(job, request.mib, EXAMPLES, lake, context);
  const spark = new RealSpark(home, lake, join(directory, 'clusters'));
  const scenario = await openScenario(request, spark, context);
  try {
    const outputs = await scenario.deploy();
    await spark.join(scenario);
    showData(request.runs, lake, scenario);
    const fromMs = scenario.kernel.clock.nowMs();
    let skippedMs = 0;
    for (const [index, job] of request.runs.entries()) {
      const happening = request.reclaim && index === 0 ? takeOneNode(scenario, context) : null;
      const watch = watchProgress(scenario, spark, memoryOf(scenario, outputs).ledger, context, happening);
      skippedMs += await flyOnce(scenario, spark, outputs['RunJobArn'] ?? '', job, watch, context);
    }
    refuseViolations(scenario);
    const untilMs = scenario.kernel.clock.nowMs() + 1;
    const source = { kind: 'simulation' as const, seed: '1', world: WORLD, transport: 'in-process' };
    const data = {
      source: { ...source, traceHash: scenario.traceHash() },
      from: new Date(fromMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      ...(await whatHappened(scenario, readJobFolder(join(EXAMPLES, 'jobs')), outputs, untilMs)),
    };
    return { data, skippedMs };
  } finally {
    await spark.close();
    await scenario.close();
  }
}

function openScenario(request: Request, spark: RealSpark, context: CommandContext): Promise<Scenario> {
  const assemblyDirectory = assemblyOf(
    join(EXAMPLES, 'jobs'),
    () => context.note('Synthesising the CDK app …'),
    'assembly-spark',
  );
  const now = context.now();
  const world = readWorldFile(readTextFile(join(ROOT, WORLD), 'a world file'), WORLD);
  return createScenario({
    assemblyDirectory,
    seed: '1',
    world: { ...world, startDate: now.toISOString().slice(0, 10) },
    startAt: now.toISOString(),
    editTemplate: (template) =>
      withEnvironment(template, {
        PLAN_EFFORT: request.effort,
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        POWERTOOLS_METRICS_DISABLED: 'true',
      }),
    startApplication: spark.startApplication,
  });
}

const MACHINES = ['run-job', 'fly', 'release'];

/** @returns milliseconds of simulated time that nobody waited for */
async function flyOnce(
  scenario: Scenario,
  spark: RealSpark,
  stateMachineArn: string,
  job: string,
  watch: () => Promise<void>,
  context: CommandContext,
): Promise<number> {
  const { kernel, services } = scenario;
  const scheduledAt = new Date(kernel.clock.nowMs()).toISOString();
  const input = JSON.stringify({ job, scheduledAt });
  const name = executionNameOf(runKeyOf(job, scheduledAt));
  await scenario.during(() =>
    kernel.call('sfn', 'StartExecution', { stateMachineArn, name, input }, kernel.root),
  );
  context.note(`${job}: planned and launched; Spark starts in a few seconds …`);
  const beganMs = Date.now();
  const skippedMs = await passWallTime(scenario, {
    busy: () => spark.clusterAtWork !== undefined,
    async between() {
      await watch();
      spark.tidyUp();
    },
    done: () =>
      MACHINES.every((machine) =>
        services.sfn.executions(`flarepath-${machine}`).every(({ status }) => status !== 'RUNNING'),
      ),
  });
  context.note(`${job}: over after ${Math.round((Date.now() - beganMs) / MILLISECONDS_PER_SECOND)} s.`);
  return skippedMs;
}
