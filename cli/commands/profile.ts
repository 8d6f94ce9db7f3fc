import type { Command } from 'commander';
import type { Job } from '../../core/contracts/job.ts';
import { readJobFile } from '../../core/job/read-job-file.ts';
import { trainingRuns } from '../../core/ledger/training-runs.ts';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { describeWorkload } from '../../core/profile/description.ts';
import { KIN_MAX, priorOfKin } from '../../core/profile/kin-prior.ts';
import { nearestWorkloads } from '../../core/profile/nearest-workloads.ts';
import { profileWorkload } from '../../core/profile/profile-workload.ts';
import { baselinePointOf } from '../../core/runtime-model/baseline-point.ts';
import {
  fitRuntimeModel,
  tunedTo,
  type NamedPrior,
  type RuntimeModel,
  type TrainingRun,
} from '../../core/runtime-model/runtime-model.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { describeProfile } from '../profile/describe-profile.ts';
import { readJobFolder } from '../read-job-folder.ts';
import { readReportFile } from '../report/report-file.ts';
import { readTextFile } from '../read-text-file.ts';

interface Options {
  readonly jobs?: string;
  readonly data: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  flarepath profile my-job.yaml
  flarepath profile my-job.yaml --jobs examples/jobs
  flarepath status --ledger TABLE --documents BUCKET --region eu-west-1 \\
      --json > runs.json
  flarepath profile my-job.yaml --jobs jobs --data runs.json --json

Exit codes: 0 done; 2 bad input.`;

export function addProfile(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('profile')
    .summary('what a job asks of its machines, by its description')
    .description(
      'Profiles a job before its first run: by its own description, and by the runs of the described jobs most like it.',
    )
    .argument('<job>', 'job file, YAML')
    .option('--jobs <folder>', 'job files among which similar ones are looked for')
    .option('--data <file>', 'their runs: what simulate wrote, or status --json printed', 'out/report.json')
    .option('--json', 'one JSON object: {description, model, kin, profile}')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: Options) => finish(profile(file, options, context)));
}

function profile(file: string, options: Options, context: CommandContext): number {
  const job = readJobFile(readTextFile(file, 'a job file'), file);
  const now = context.now().toISOString();
  const description = describeWorkload(job, now);
  const { jobs, runsOf } = pastOf(options);
  const known = jobs.flatMap((other) => {
    const runs = runsOf(other.name);
    if (runs.length === 0) return [];
    return [{ description: describeWorkload(other, now), model: modelOf(other, runs) }];
  });
  const kin = nearestWorkloads(description, known).slice(0, KIN_MAX);
  const model = modelOf(job, runsOf(job.name), priorOfKin(description, kin));
  const found = profileWorkload(description, model);
  if (options.json === true) {
    const near = kin.map(({ known: { description: other }, similarity }) => ({
      job: other.job,
      ...similarity,
    }));
    const { version, description: restsOn } = model;
    context.print(
      JSON.stringify({ description, model: { version, description: restsOn }, kin: near, profile: found }),
    );
  } else {
    describeProfile(description, model, kin, found).forEach(context.print);
  }
  return EXIT.ok;
}

function pastOf({ jobs: folder, data: file }: Options): {
  jobs: readonly Job[];
  runsOf: (name: string) => TrainingRun[];
} {
  if (folder === undefined) return { jobs: [], runsOf: () => [] };
  const jobs = readJobFolder(folder);
  const what = 'the runs of these jobs: run flarepath simulate first, or give --data';
  const data = readReportFile(file, what);
  return {
    jobs,
    runsOf: (name) => {
      const views = data.jobs.find((each) => each.name === name)?.runs ?? [];
      return trainingRuns(views.map(({ record }) => record)).runs;
    },
  };
}

function modelOf(job: Job, runs: readonly TrainingRun[], kin: NamedPrior | null = null): RuntimeModel {
  const baseline = baselinePointOf(job, instanceTypeByName);
  const model = fitRuntimeModel({ task: job.task, runs, baseline, kin });
  return tunedTo(model, job.workload?.parameters ?? {});
}
