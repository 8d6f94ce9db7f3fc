import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import type { JobFault } from '../../core/job/job-fault.ts';
import { JobFileError, readJobFile } from '../../core/job/read-job-file.ts';
import { jobSchema } from '../../core/job/job-schema.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { faultsOfSurroundings } from '../job-file-surroundings.ts';
import { readTextFile, UnreadableFileError } from '../read-text-file.ts';

interface Options {
  readonly json?: boolean;
  readonly schema?: boolean;
}

const EXAMPLES = `
Examples:
  flarepath validate examples/jobs/*.yaml
  flarepath validate job.yaml --json
  flarepath validate --schema > job.schema.json

Exit codes: 0 every file is a job; 2 at least one is not.`;

export function addValidate(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('validate')
    .summary('check job files')
    .description(
      'Checks job files and reports every fault with file, line, field, what was found and what is allowed.',
    )
    .argument('[files...]', 'job files, YAML')
    .option('--json', 'one JSON object: {files, faults}')
    .option('--schema', 'print the JSON Schema of job files and stop')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: Options) => finish(validate(files, options, context)));
}

function validate(files: readonly string[], options: Options, context: CommandContext): number {
  if (options.schema === true) {
    context.print(JSON.stringify(jobSchema(), null, 2));
    return EXIT.ok;
  }
  if (files.length === 0) {
    throw new InvalidInputError(
      'Found no file to check; name at least one job file, such as examples/jobs/orders-nightly.yaml.',
    );
  }
  const now = context.now().toISOString();
  const faults = files.flatMap((file) => faultsOf(file, now));
  if (options.json === true) {
    context.print(JSON.stringify({ files, faults }));
  } else {
    for (const file of files) {
      const own = faults.filter((fault) => fault.file === file);
      if (own.length === 0) context.print(`${file}: ok`);
    }
    if (faults.length > 0) context.note(new JobFileError(faults).message);
  }
  return faults.length === 0 ? EXIT.ok : EXIT.badInput;
}

function faultsOf(file: string, now: string): readonly JobFault[] {
  try {
    const text = readTextFile(file, 'a job file');
    return faultsOfSurroundings(readJobFile(text, file), text, file, now);
  } catch (error) {
    if (error instanceof JobFileError) return error.faults;
    if (error instanceof UnreadableFileError) {
      // the other files' faults are told, too
      return [
        {
          file,
          line: 1,
          column: 1,
          field: '',
          found: `no file to read: ${error.why}`,
          allowed: 'a job file',
        },
      ];
    }
    throw error;
  }
}
