import cliProgress from 'cli-progress';
import type { Job } from '../../core/contracts/job.ts';
import { TerminalError } from '../../core/errors.ts';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_DAY } from '../../core/units.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { summariseRuns } from '../../dashboard/summarise-runs.ts';
import { timelineOf } from '../../dashboard/timeline.ts';
import { withEnvironment } from '../../simulator/deploy/edit-template.ts';
import { createScenario, type Scenario } from '../../simulator/scenario.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import type { CommandContext } from '../command-context.ts';
import { readJobFolder } from '../read-job-folder.ts';
import { readTextFile } from '../read-text-file.ts';
import { jobView } from '../report/job-view.ts';
import { readRuns } from '../report/read-runs.ts';
import { chargesByRun, memoryOf, messagesOf } from './account-of-scenario.ts';
import { assemblyOf } from './assembly.ts';

interface Request {
  readonly jobs: string;
  readonly days: number;
  readonly seed: string;
  readonly world: string;
  readonly transport: 'in-process' | 'loopback';
  readonly effort: 'fast' | 'full';
}

/** The simulation met something the simulated AWS does not know, or that must never happen. */
class SimulationViolatedError extends TerminalError {
  override readonly name = 'SimulationViolatedError';
}

const RECORDS_MAX = 2000;
/** After the last scheduled start, runs may still fly. */
const LANDING_DAYS = 0.25;

/**
 * Deploys the jobs into a simulated AWS and lets days pass there.
 *
 * @returns what happened, read from the simulated ledger as it would be read from an account's
 */
export async function simulateJobs(request: Request, context: CommandContext): Promise<ReportData> {
  const world = readWorldFile(readTextFile(request.world, 'a world file'), request.world);
  const jobs = readJobFolder(request.jobs);
  const assemblyDirectory = assemblyOf(request.jobs, () => context.note('Synthesising the CDK app …'));
  const { seed, transport } = request;
  const editTemplate = (template: unknown) =>
    withEnvironment(template, {
      PLAN_EFFORT: request.effort,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    });
  const scenario = await createScenario({ assemblyDirectory, seed, world, transport, editTemplate });
  try {
    const outputs = await scenario.deploy();
    const fromMs = Date.parse(`${world.startDate}T00:00:00Z`);
    const untilMs = fromMs + request.days * SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
    await fly(scenario, fromMs, untilMs, context);
    refuseViolations(scenario);
    return {
      source: { kind: 'simulation', seed, world: request.world, transport, traceHash: scenario.traceHash() },
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

function refuseViolations({ violations }: Scenario): void {
  if (violations.length === 0) return;
  const lines = violations
    .slice(0, 10)
    .map((each) => `${new Date(each.atMs).toISOString()} ${each.kind}: ${each.message}`);
  throw new SimulationViolatedError(`The simulation met what it must not:\n${lines.join('\n')}`);
}

async function whatHappened(
  scenario: Scenario,
  jobs: readonly Job[],
  outputs: Readonly<Record<string, string>>,
  untilMs: number,
) {
  const memory = memoryOf(scenario, outputs);
  const charges = chargesByRun(scenario);
  const views = await scenario.during(async () => {
    const each = [];
    for (const job of jobs) {
      const runs = await readRuns(memory, job.name, RECORDS_MAX, (runHash) => charges.get(runHash));
      // what starts while the last runs land is another report's
      each.push(
        jobView(
          job,
          runs.filter((run) => Date.parse(run.record.scheduledAt) < untilMs),
        ),
      );
    }
    return each;
  });
  const runs = views.flatMap((view) => view.runs);
  return {
    total: summariseRuns(runs),
    jobs: views,
    timeline: timelineOf(runs),
    messages: messagesOf(scenario),
  };
}
