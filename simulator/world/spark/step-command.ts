import type { SparkConf } from './executors.ts';

/** What a step's arguments say that it does. */
export interface StepCommand {
  readonly kind: 'spark' | 'other';
  /** S3 addresses it reads */
  readonly inputs: readonly string[];
  /** S3 address it writes to, ending in a slash; null when it names none */
  readonly output: string | null;
  /** configuration from the command line, which wins over the cluster's */
  readonly conf: SparkConf;
  readonly deployMode: string;
  /** the script or jar that spark-submit runs */
  readonly application: string;
}

/** Options of spark-submit whose next argument is their value, and the property that value sets. */
const SUBMIT_OPTIONS: Readonly<Record<string, string | null>> = {
  '--master': null,
  '--deploy-mode': null,
  '--class': null,
  '--name': 'spark.app.name',
  '--jars': null,
  '--packages': null,
  '--files': null,
  '--py-files': null,
  '--archives': null,
  '--properties-file': null,
  '--queue': null,
  '--conf': null,
  '-c': null,
  '--driver-memory': 'spark.driver.memory',
  '--driver-cores': 'spark.driver.cores',
  '--executor-memory': 'spark.executor.memory',
  '--executor-cores': 'spark.executor.cores',
  '--num-executors': 'spark.executor.instances',
};

/**
 * Reads a step's arguments as spark-submit would. An address after `--output` is written, every other address
 * among the program's own arguments is read.
 */
export function stepCommand(args: readonly string[]): StepCommand {
  if (!(args[0] ?? '').endsWith('spark-submit')) {
    return { kind: 'other', ...addresses(args), conf: {}, deployMode: 'client', application: args[0] ?? '' };
  }
  const conf: Record<string, string> = {};
  let deployMode = 'client';
  let i = 1;
  while (i < args.length && (args[i] ?? '').startsWith('-')) {
    const [option = '', inline] = splitOption(args[i] ?? '');
    const property = SUBMIT_OPTIONS[option];
    const takesValue = property !== undefined && inline === undefined;
    const value = inline ?? (takesValue ? args[i + 1] : undefined) ?? '';
    if (option === '--deploy-mode') deployMode = value;
    if (option === '--conf' || option === '-c') {
      const cut = value.indexOf('=');
      if (cut > 0) conf[value.slice(0, cut)] = value.slice(cut + 1);
    } else if (property !== undefined && property !== null) {
      conf[property] = value;
    }
    i += takesValue ? 2 : 1;
  }
  return { kind: 'spark', ...addresses(args.slice(i + 1)), conf, deployMode, application: args[i] ?? '' };
}

function splitOption(argument: string): [string, string | undefined] {
  const cut = argument.indexOf('=');
  return argument.startsWith('--') && cut > 0
    ? [argument.slice(0, cut), argument.slice(cut + 1)]
    : [argument, undefined];
}

function addresses(args: readonly string[]): { inputs: string[]; output: string | null } {
  const inputs: string[] = [];
  let output: string | null = null;
  args.forEach((argument, i) => {
    const [option, inline] = splitOption(argument);
    const address = inline ?? argument;
    if (!/^s3[an]?:\/\//.test(address)) return;
    const written = inline === undefined ? args[i - 1] === '--output' : option === '--output';
    if (written) output = asFolder(address);
    else inputs.push(normalised(address));
  });
  return { inputs, output };
}

function normalised(address: string): string {
  return address.replace(/^s3[an]:/, 's3:');
}

function asFolder(address: string): string {
  const uri = normalised(address);
  return uri.endsWith('/') ? uri : `${uri}/`;
}
