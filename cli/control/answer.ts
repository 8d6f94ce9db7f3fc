import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { DEPLOYMENT_FILE } from './deployment.ts';

export interface ControlOptions {
  readonly deployment: string;
  readonly json?: boolean;
}

/** What a command did, and what happens next. */
export interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
}

/** Options that every command on a deployment has. */
export function onDeployment(command: Command): Command {
  return command
    .option('--deployment <file>', 'what cdk deploy --outputs-file wrote', DEPLOYMENT_FILE)
    .option('--json', 'print one JSON object');
}

export function give(context: CommandContext, options: ControlOptions, { lines, json }: Answer): void {
  if (options.json === true) context.print(JSON.stringify(json));
  else lines.forEach(context.print);
}
