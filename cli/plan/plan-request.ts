import { Option, type Command } from 'commander';
import type { Job } from '../../core/contracts/job.ts';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { readJobFile } from '../../core/job/read-job-file.ts';
import { deadlineOf, nextStart } from '../../core/job/schedule.ts';
import { runKeyOf } from '../../core/ledger/run-key.ts';
import { windowHours } from '../../core/market/market-survey.ts';
import type { SizingRequest } from '../../core/sizing/sizing-request.ts';
import { minuteText } from '../../core/units-text.ts';
import { epochMilliseconds, isoInstant } from '../../core/units.ts';
import { readTextFile } from '../read-text-file.ts';
import { knownRegion } from './known-region.ts';
import { marketFor } from './market-source.ts';
import type { Grounds } from './plan-file.ts';
import { readTeamPrices } from './team-prices.ts';
import { loadOfRun, readPast, type Past } from './past-runs.ts';

/** As they stand on the command line of every command that plans without an account. */
export interface PlanOptions {
  readonly history?: string;
  readonly columns?: string;
  readonly log?: readonly string[];
  readonly market?: string;
  readonly prices?: string;
  readonly region: string;
  readonly at?: string;
  readonly loadGib?: string;
  readonly seed: string;
  readonly effort: SizingRequest['effort'];
}

/** All that a plan is made of: the same request gives the same plan. */
export interface PlanRequest {
  readonly job: Job;
  readonly past: Past;
  readonly request: SizingRequest;
}

/** Gives a command the options that say what a plan is made on. */
export function addPlanOptions(command: Command): Command {
  return command
    .option('--history <file>', 'past runs, CSV or TSV')
    .option('--columns <pairs>', 'names of the history columns: count=…,type=…,size=…,runtime=…,at=…')
    .option('--log <files...>', "a run's Spark event logs: it is replayed for what no history tells")
    .option('--market <file>', 'JSON of aws ec2 describe-spot-price-history')
    .option('--prices <file>', 'what your team pays: discounts, Savings Plans, reservations')
    .option('--region <name>', 'AWS region', 'us-east-1')
    .option('--at <instant>', 'scheduled start, ISO 8601; default: the next one')
    .option('--load-gib <number>', 'what the run has to read, if you know it')
    .option('--seed <text>', 'the same seed gives the same plan', '1')
    .addOption(new Option('--effort <how>', 'how long to search').choices(['fast', 'full']).default('full'))
    .hook('preAction', (_command, acting) => knownRegion(acting.getOptionValue('region')));
}

/**
 * What the next run of a job is planned on: its file, its past, the market, the load.
 *
 * @param file  a job file
 * @throws InvalidInputError  with every fault of the files and options
 */
export function planRequest(file: string, options: PlanOptions, at: Date): PlanRequest {
  const job = readJobFile(readTextFile(file, 'a job file'), file);
  const now = at.toISOString();
  const scheduledAt = options.at === undefined ? (nextStart(job, now) ?? now) : instantOf(options.at);
  const deadlineAt = deadlineOf(job, scheduledAt);
  if (options.at !== undefined && deadlineAt <= now) throw tooLate(options.at, deadlineAt, now);
  const past = readPast(job, options, now);
  // planned when the run starts; a start that is over is planned from now
  const plannedAt = epochMilliseconds(scheduledAt) > epochMilliseconds(now) ? scheduledAt : now;
  const teamPrices = options.prices === undefined ? undefined : readTeamPrices(options.prices);
  const hours = windowHours(deadlineAt, plannedAt);
  const request: SizingRequest = {
    job,
    runKey: runKeyOf(job.name, scheduledAt),
    deadlineAt,
    now: plannedAt,
    forecast: loadOfRun(job, scheduledAt, past, options.loadGib),
    model: past.model,
    market: marketFor(job, { ...options, teamPrices, windowHours: hours }, now),
    seed: options.seed,
    effort: options.effort,
    whenLate: 'refuse',
  };
  return { job, past, request };
}

function tooLate(at: string, deadlineAt: string, now: string): InvalidInputError {
  return new InvalidInputError(
    `--at: found ${at}, whose deadline passed at ${minuteText(deadlineAt)} UTC; allowed: a start whose deadline lies after now (${minuteText(now)} UTC).`,
  );
}

/** What a plan's page says beside the plan itself. */
export function groundsOf({ request, past }: PlanRequest): Grounds {
  const { forecast, market } = request;
  return {
    forecast,
    modelDescription: past.model.description,
    notes: past.notes,
    serverlessRates: market.serverlessRates,
  };
}

/** A plan of one request, for people to compare: `72 vCPU r7i.2xlarge`. */
export function fleetsText({ fleets, zone }: Pick<FleetPlan, 'fleets' | 'zone'>): string {
  const parts = fleets
    .filter(({ role }) => role !== 'primary')
    .flatMap(({ role, onDemandUnits, spotUnits, instanceTypes }) => {
      const [first, ...others] = instanceTypes;
      const types = `${first?.name ?? ''}${others.length > 0 ? ` +${others.length}` : ''}`;
      return [
        ...(onDemandUnits > 0 ? [`${role} ${onDemandUnits} vCPU ${types}`] : []),
        ...(spotUnits > 0 ? [`${role} ${spotUnits} vCPU spot ${types}`] : []),
      ];
    });
  return `${zone}: ${parts.join(', ')}`;
}

function instantOf(text: string): string {
  const timeMs = epochMilliseconds(text);
  if (Number.isNaN(timeMs)) {
    throw new InvalidInputError(`--at: found "${text}"; allowed: ISO 8601 such as 2026-01-05T02:00:00Z.`);
  }
  return isoInstant(timeMs);
}
