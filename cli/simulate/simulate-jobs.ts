import cliProgress from 'cli-progress';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_DAY } from '../../core/units.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { withEnvironment } from '../../simulator/deploy/edit-template.ts';
import { createScenario, type Scenario } from '../../simulator/scenario.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import type { CommandContext } from '../command-context.ts';
import { readJobFolder } from '../read-job-folder.ts';
import { readTextFile } from '../read-text-file.ts';
import { assemblyOf } from './assembly.ts';
import { readFaults } from './read-faults.ts';
import { refuseViolations, whatHappened } from './what-happened.ts';

interface Request {
  readonly jobs: string;
  readonly days: number;
  readonly seed: string;
  readonly world: string;
  readonly faults: string;
  readonly transport: 'in-process' | 'loopback';
  readonly effort: 'fast' | 'full';
}

/** After the last scheduled start, runs may still fly. */
const LANDING_DAYS = 0.25;

/**
 * Deploys the jobs into a simulated AWS and lets days pass there.
 *
 * @returns what happened, read from the simulated ledger as it would be read from an account's
 */
export async function simulateJobs(request: Request, context: CommandContext): Promise<ReportData> {
  const world = readWorldFile(readTextFile(request.world, 'a world file'), request.world);
  const faults = readFaults(request.faults);
  const jobs = readJobFolder(request.jobs);
  const assemblyDirectory = assemblyOf(request.jobs, () => context.note('Synthesising the CDK app …'));
  const { seed, transport } = request;
  const editTemplate = (template: unknown) =>
    withEnvironment(template, {
      PLAN_EFFORT: request.effort,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    });
  const scenario = await createScenario({ assemblyDirectory, seed, world, faults, transport, editTemplate });
  try {
    const outputs = await scenario.deploy();
    const fromMs = Date.parse(`${world.startDate}T00:00:00Z`);
    const untilMs = fromMs + request.days * SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
    await fly(scenario, fromMs, untilMs, context);
    refuseViolations(scenario);
    return {
      source: {
        ...{ kind: 'simulation', seed, world: request.world, transport, traceHash: scenario.traceHash() },
        ...(faults.length === 0 ? {} : { faults: request.faults }),
      },
      from: new Date(fromMs).toISOString(),
      until: new Date(untilMs).toISOString(),
      ...(await whatHappened(scenario, jobs, outputs, untilMs)),
    };
  } finally {
    await scenario.close();
  }
}

async function fly(
  scenario: Scenario,
  fromMs: number,
  untilMs: number,
  context: CommandContext,
): Promise<void> {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {date}  {percentage}%',
    barsize: 40,
    noTTYOutput: false,
    clearOnComplete: true,
  });
  const date = (ms: number) => ({ date: new Date(ms).toISOString().slice(0, 10) });
  if (context.interactive) bar.start(untilMs - fromMs, 0, date(fromMs));
  const landedMs = untilMs + LANDING_DAYS * SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
  await scenario.runUntil(landedMs, (nowMs) => bar.update(Math.min(nowMs, untilMs) - fromMs, date(nowMs)));
  bar.stop();
}
