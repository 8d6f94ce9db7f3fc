import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import type { SizingRequest } from '../../core/sizing/sizing-request.ts';
import {
  withDeadlineMoved,
  withLimit,
  withLoadTimes,
  withSpotPricesTimes,
} from '../../core/sizing/variations.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { compareLines, variantJson, variantOf, type Variant } from '../plan/compare-plans.ts';
import { addPlanOptions, planRequest, type PlanOptions } from '../plan/plan-request.ts';

interface Options extends PlanOptions {
  readonly deadline?: string;
  readonly load?: string;
  readonly spotPrice?: string;
  readonly budget?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Each value is planned on its own, beside the run as it stands.

Examples:
  flarepath what-if job.yaml --deadline -60,60 --load 0.5,2
  flarepath what-if job.yaml --market spot.json --spot-price 1.5,3
  flarepath what-if job.yaml --budget 10,20 --json

Exit codes: 0 done, also where a variant has no plan; 2 bad input.
Nothing is ever launched by this command.`;

export function addWhatIf(program: Command, context: CommandContext, finish: (code: number) => void): void {
  addPlanOptions(
    program
      .command('what-if')
      .summary('how a plan changes with deadline, load, spot price or budget')
      .description('Plans the next run of a job as it stands, and again with other values. Launches nothing.')
      .argument('<job>', 'job file, YAML')
      .option('--deadline <minutes>', 'so much later, or earlier (-30); several with commas')
      .option('--load <factors>', 'of what the run has to read, such as 0.5,2')
      .option('--spot-price <factors>', 'of every spot price, such as 1.5,3')
      .option('--budget <usd>', 'other limits of the run (budget.perRun.limitUsd)'),
  )
    .option('--json', 'one JSON object: {job, variants}')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => finish(await whatIf(file, options, context)));
}

/** What an option changes. The sign of a deadline counts; everything else is above 0. */
interface Question {
  readonly option: string;
  readonly text: string | undefined;
  readonly least: number;
  readonly most: number;
  readonly label: (value: number) => string;
  readonly change: (request: SizingRequest, value: number) => SizingRequest;
}

const MOST_VALUES = 20;
const MOST_FACTOR = 1000;
const MOST_MINUTES = 10_080;
const MOST_USD = 1e6;

function questionsOf(options: Options): Question[] {
  const factors = { least: 0.001, most: MOST_FACTOR };
  return [
    {
      option: '--deadline',
      text: options.deadline,
      least: -MOST_MINUTES,
      most: MOST_MINUTES,
      label: (minutes) => `deadline ${minutes < 0 ? '' : '+'}${minutes} min`,
      change: withDeadlineMoved,
    },
    {
      option: '--load',
      text: options.load,
      ...factors,
      label: (factor) => `load x ${factor}`,
      change: withLoadTimes,
    },
    {
      option: '--spot-price',
      text: options.spotPrice,
      ...factors,
      label: (factor) => `spot price x ${factor}`,
      change: withSpotPricesTimes,
    },
    {
      option: '--budget',
      text: options.budget,
      least: 0.01,
      most: MOST_USD,
      label: (usd) => `limit ${usd} USD`,
      change: withLimit,
    },
  ];
}

async function whatIf(file: string, options: Options, context: CommandContext): Promise<number> {
  const questions = questionsOf(options).filter(({ text }) => text !== undefined);
  if (questions.length === 0) {
    throw new InvalidInputError(
      'what-if: found no question; allowed: at least one of --deadline, --load, --spot-price, --budget.',
    );
  }
  const values = questions.map((question) => valuesOf(question));
  const { job, request } = planRequest(file, options, context.now());
  const variants: Variant[] = [await variantOf('as it stands', request)];
  for (const [i, question] of questions.entries()) {
    for (const value of values[i] ?? []) {
      variants.push(await variantOf(question.label(value), question.change(request, value)));
    }
  }
  if (options.json === true) {
    context.print(JSON.stringify({ job: job.name, variants: variants.map(variantJson) }));
  } else {
    context.print(`${job.name}, run of ${request.now.slice(0, 16).replace('T', ' ')} UTC\n`);
    compareLines(variants).forEach(context.print);
    context.print('\nNothing was launched.');
  }
  return EXIT.ok;
}

function valuesOf({ option, text = '', least, most }: Question): number[] {
  const parts = text.split(',').map((part) => part.trim());
  const values = parts.map((part) => (part === '' ? NaN : Number(part)));
  const wrong = values.findIndex((value) => !(value >= least && value <= most));
  if (wrong < 0 && values.length <= MOST_VALUES) return values;
  throw new InvalidInputError(
    `${option}: found "${wrong < 0 ? text : (parts[wrong] ?? '')}"; allowed: up to ${MOST_VALUES} numbers from ${least} to ${most}, with commas between them.`,
  );
}
