import { Command, CommanderError } from 'commander';
import { TerminalError } from '../core/errors.ts';
import { NoFeasiblePlanError } from '../core/sizing/sizing-errors.ts';
import { addControl } from './commands/control.ts';
import { addDiff } from './commands/diff.ts';
import { addExplain } from './commands/explain.ts';
import { addIncidents } from './commands/incidents.ts';
import { addKillSwitch } from './commands/kill-switch.ts';
import { addModels } from './commands/models.ts';
import { addOverride } from './commands/override.ts';
import { addPause } from './commands/pause.ts';
import { addPlan } from './commands/plan.ts';
import { addProfile } from './commands/profile.ts';
import { addReap } from './commands/reap.ts';
import { addReplay } from './commands/replay.ts';
import { addRuns } from './commands/runs.ts';
import { addSimulate } from './commands/simulate.ts';
import { addSpark } from './commands/spark.ts';
import { addStatus } from './commands/status.ts';
import { addUndo } from './commands/undo.ts';
import { addValidate } from './commands/validate.ts';
import { addWhatIf } from './commands/what-if.ts';
import { consoleContext, type CommandContext } from './command-context.ts';
import { EXIT } from './exit-codes.ts';

const ABOUT = `Lands Spark batch jobs on Amazon EMR on time, at the least cost the spot market
allows, and says why.`;
const EXIT_CODES = `
Exit codes:
  0  done
  1  something broke that is not your input's fault
  2  bad input: nothing was done
  3  no fleet meets deadline and budget: nothing was launched
  4  a simulation ended with late or failed runs (only with --strict)`;

const COMMANDS = [
  addValidate,
  addPlan,
  addProfile,
  addReplay,
  addExplain,
  addWhatIf,
  addDiff,
  addSimulate,
  addSpark,
  addStatus,
  addIncidents,
  addUndo,
  addControl,
  addPause,
  addOverride,
  addKillSwitch,
  addRuns,
  addReap,
  addModels,
];

/**
 * The command line.
 *
 * @param argv  as Node hands it over
 * @returns the exit code
 */
export async function main(
  argv: readonly string[],
  context: CommandContext = consoleContext,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = new Command('flarepath')
    .description(ABOUT)
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
    });
  for (const add of COMMANDS) add(program, context, finish);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    return explain(error, context, argv.includes('--json'));
  }
}

/** Says what is wrong, for people and, where one JSON object was asked for, for programs. */
function explain(error: unknown, context: CommandContext, json: boolean): number {
  const answer = (found: Record<string, unknown>) => {
    if (json) context.print(JSON.stringify(found));
  };
  // commander has already said what it does not understand; --help ends with code 0
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    answer({ error: error.message.replace(/^error: /, '') });
    return EXIT.badInput;
  }
  if (error instanceof NoFeasiblePlanError) {
    context.note(error.message);
    answer({ refused: error.message, binding: error.binding, whatWouldHelp: error.relaxations });
    return EXIT.noFeasiblePlan;
  }
  const message = error instanceof Error ? error.message : String(error);
  answer({ error: message });
  if (error instanceof TerminalError) {
    context.note(message);
    return EXIT.badInput;
  }
  context.note(error instanceof Error ? (error.stack ?? message) : message);
  return EXIT.failure;
}
