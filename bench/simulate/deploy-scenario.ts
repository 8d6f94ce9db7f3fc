import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { DeploymentLimits } from '../../core/contracts/control.ts';
import { DeployedJobs, type DeployedJob } from '../../core/contracts/job.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { readAssembly } from '../../simulator/deploy/assembly.ts';
import { withEnvironment } from '../../simulator/deploy/edit-template.ts';
import { createScenario, type Scenario as Account, type ScenarioOptions } from '../../simulator/scenario.ts';
import { readWorldFile, type WorldFile } from '../../simulator/world/world-file.ts';
import type { Scenario } from './scenario.ts';

export type Effort = 'fast' | 'full';

export interface DeployOptions extends Pick<
  ScenarioOptions,
  'handlers' | 'transport' | 'editTemplate' | 'leavesOutIdlePasses'
> {
  /** the deployment, as `cdk synth` wrote it, with the scenario's jobs among its own */
  readonly assemblyDirectory: string;
  /** how long each plan searches */
  readonly effort: Effort;
  /** before anything is deployed: who watches, watches from here */
  readonly prepare?: (account: Account) => void;
}

/** A scenario's account, deployed and at its first instant. */
export interface DeployedScenario {
  readonly account: Account;
  readonly outputs: Readonly<Record<string, string>>;
  readonly jobs: readonly DeployedJob[];
  readonly limits: DeploymentLimits;
}

const NAME = 'flarepath';

/**
 * Deploys the assembly into a simulated AWS, with the scenario's jobs only, as the scenario sets them.
 *
 * @throws InvalidInputError  when world or jobs of the scenario are not what they should be
 */
export async function deployScenario(scenario: Scenario, options: DeployOptions): Promise<DeployedScenario> {
  const { assemblyDirectory, handlers, transport, prepare, leavesOutIdlePasses = true } = options;
  const files = jobsIn(assemblyDirectory);
  const jobs = jobsOf(scenario, files);
  const jobsPath = jobsAssetPath(assemblyDirectory);
  const account = await createScenario({
    assemblyDirectory,
    seed: scenario.seed,
    world: worldOf(scenario),
    faults: scenario.faults,
    leavesOutIdlePasses,
    ...(handlers === undefined ? {} : { handlers }),
    ...(transport === undefined ? {} : { transport }),
    editAsset: (path) => (path === jobsPath ? JSON.stringify({ jobs }) : undefined),
    editTemplate: (template) =>
      withEnvironment(withSchedules(options.editTemplate?.(template) ?? template, files, jobs), {
        PLAN_EFFORT: options.effort,
        ...(scenario.limits === undefined ? {} : { LIMITS: JSON.stringify(scenario.limits) }),
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        POWERTOOLS_METRICS_DISABLED: 'true',
      }),
  });
  prepare?.(account);
  const outputs = await account.deploy();
  const limits = scenario.limits ?? DeploymentLimits.parse(JSON.parse(outputs['Limits'] ?? 'null'));
  return { account, outputs, jobs, limits };
}

/** The world in which a scenario happens. */
export function worldOf(scenario: Scenario): WorldFile {
  const world = { ...scenario.world, startDate: scenario.startDate };
  return readWorldFile(JSON.stringify(world), `the world of scenario ${scenario.seed}`);
}

/** The jobs that an assembly deploys, as their files set them. */
export function jobsIn(assemblyDirectory: string): DeployedJob[] {
  return DeployedJobs.parse(JSON.parse(readFileSync(jobsAssetPath(assemblyDirectory), 'utf8'))).jobs;
}

/** The scenario's jobs as they are deployed. */
function jobsOf(scenario: Scenario, files: readonly DeployedJob[]): DeployedJob[] {
  const jobs = scenario.jobs.map(({ name, settings }) => {
    const job = files.find((each) => each.name === name);
    if (job === undefined) {
      throw new InvalidInputError(
        `Scenario ${scenario.seed}: found the job ${name}; allowed: ${files.map((each) => each.name).join(', ')}.`,
      );
    }
    return { ...job, ...settings };
  });
  return DeployedJobs.parse({ jobs }).jobs;
}

const assets = new Map<string, string>();

/** Where the deployment keeps the document that says what its jobs are. */
function jobsAssetPath(assemblyDirectory: string): string {
  const known = assets.get(assemblyDirectory);
  if (known !== undefined) return known;
  const place = { accountId: '123456789012', region: 'us-east-1' };
  const files = readAssembly(assemblyDirectory, place).assets.filter(({ zipped }) => !zipped);
  const asset = files.find(
    ({ path }) =>
      path.endsWith('.json') && DeployedJobs.safeParse(JSON.parse(readFileSync(path, 'utf8'))).success,
  );
  if (asset === undefined) throw new InvalidInputError(`${assemblyDirectory} deploys no jobs.`);
  assets.set(assemblyDirectory, asset.path);
  return asset.path;
}

const Template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });
const JobSchedule = z.looseObject({
  Type: z.literal('AWS::Scheduler::Schedule'),
  Properties: z.looseObject({
    Name: z.string(),
    ScheduleExpression: z.string().startsWith('cron('),
  }),
});

/** The template with the schedules of these jobs alone, as they set them. */
function withSchedules(
  template: unknown,
  files: readonly DeployedJob[],
  jobs: readonly DeployedJob[],
): unknown {
  const parsed = Template.safeParse(template);
  if (!parsed.success) return template;
  const resources: Record<string, unknown> = {};
  for (const [logicalId, resource] of Object.entries(parsed.data.Resources)) {
    const schedule = JobSchedule.safeParse(resource);
    if (!schedule.success) {
      resources[logicalId] = resource;
      continue;
    }
    const { Properties, ...rest } = schedule.data;
    const name = files.find((each) => Properties.Name === `${NAME}-${each.name}`)?.name;
    if (name === undefined) resources[logicalId] = resource;
    const job = jobs.find((each) => each.name === name);
    if (job === undefined || !('schedule' in job.start)) continue;
    const { cron, timeZone } = job.start.schedule;
    resources[logicalId] = {
      ...rest,
      Properties: {
        ...Properties,
        ScheduleExpression: `cron(${cron})`,
        ScheduleExpressionTimezone: timeZone,
      },
    };
  }
  return { ...parsed.data, Resources: resources };
}
