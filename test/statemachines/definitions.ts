/** The state machines as the template has them: placeholders filled with ARNs that name what they stand for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', 'statemachines');
const ACCOUNT = 'us-east-1:123456789012';
const MACHINES = ['fly', 'release', 'runJob', 'reap'];
export const APPROVAL_TIMEOUT_SECONDS = 3600;

export interface State {
  Type: string;
  Resource?: string;
  Arguments?: { FunctionName?: string; Payload?: unknown };
  TimeoutSeconds?: unknown;
  Retry?: { ErrorEquals: string[]; MaxAttempts: number; JitterStrategy?: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Choices?: { Next: string }[];
  Next?: string;
  Default?: string;
  End?: boolean;
  ItemProcessor?: { States: Record<string, State> };
  Branches?: { StartAt: string; States: Record<string, State> }[];
}
export interface Definition {
  StartAt: string;
  QueryLanguage: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

export const MACHINE_FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.asl.json'));

export function textOf(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8')
    .replaceAll('"${approvalTimeoutSeconds}"', String(APPROVAL_TIMEOUT_SECONDS))
    .replace(/\$\{(\w+)Arn\}/g, (_, name: string) => arnOf(name));
}

export function definitionOf(file: string): Definition {
  return JSON.parse(textOf(file)) as Definition;
}

function arnOf(name: string): string {
  return MACHINES.includes(name)
    ? `arn:aws:states:${ACCOUNT}:stateMachine:${name}`
    : `arn:aws:lambda:${ACCOUNT}:function:${name}`;
}

/** Every state of a definition, those inside of a Map or a Parallel, too. */
export function statesOf(definition: { States: Record<string, State> }): [string, State][] {
  return Object.entries(definition.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
    ...(state.Branches ?? []).flatMap(statesOf),
  ]);
}
