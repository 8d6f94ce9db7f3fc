import { Command, CommanderError } from 'commander';
import { consoleContext, type CommandContext } from '../cli/command-context.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { RetryableError, TerminalError } from '../core/errors.ts';
import { addColdstart } from './coldstart/command.ts';
import { addDeadline } from './deadline/command.ts';
import { addDetect } from './detect/command.ts';
import { addEventLog } from './event-log/command.ts';
import { addExplore } from './explore/command.ts';
import { addForecast } from './forecast/command.ts';
import { addIncidents } from './incidents/command.ts';
import { addPages } from './pages/command.ts';
import { addRootCause } from './rootcause/command.ts';
import { addRuntime } from './runtime/command.ts';
import { addSimulate } from './simulate/command.ts';
import { addSizing } from './sizing/command.ts';

const ABOUT = `Measures Flarepath: each suite runs the project's method beside its baselines.
Figures to beat and formats: docs/benchmarks.md.`;
const EXIT_CODES = `
With --json the last line is one JSON object.

Exit codes:
  0  done
  1  something broke that is not your input's fault
  2  bad input: nothing was done
  4  a suite found what must not be: a violated invariant`;

/** Adds a suite's command to the program. */
type AddSuite = (program: Command, context: CommandContext, finish: (code: number) => void) => void;
const SUITES: readonly AddSuite[] = [
  addSimulate,
  addForecast,
  addRuntime,
  addExplore,
  addDeadline,
  addDetect,
  addEventLog,
  addSizing,
  addRootCause,
  addIncidents,
  addPages,
  addColdstart,
];

async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = EXIT.ok;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = new Command('bench')
    .usage('SUITE [options]')
    .description(ABOUT)
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
    });
  for (const add of SUITES) add(program, context, finish);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    // commander has already said what it does not understand; --help ends with code 0
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    const known = error instanceof TerminalError || error instanceof RetryableError;
    context.note(
      known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    return error instanceof TerminalError ? EXIT.badInput : EXIT.failure;
  }
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
process.exitCode = await main(process.argv, consoleContext);
