import { Option, type Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { EventLogOptions } from './event-log.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- event-log
  npm run -s bench -- event-log --mib 256 --encoding gzip --json
  npm run -s bench -- event-log --log eventlog.zstd

Definitions: docs/benchmarks.md.`;

export function addEventLog(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('event-log')
    .summary('reading a large Spark event log, beside reading its lines alone')
    .description('Sums up an event log by stream, in a process of its own, and measures time and memory.')
    .option('--mib <number>', 'size of the log to make, uncompressed', '1024')
    .addOption(new Option('--encoding <how>', 'how to write it').choices(['plain', 'gzip']).default('plain'))
    .option('--log <file>', 'a log to read instead of one that is made')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: EventLogOptions) => {
      const { eventLog } = await import('./event-log.ts');
      eventLog(options, context);
      finish(EXIT.ok);
    });
}
