import { join } from 'node:path';
import { assemblyOf } from '../../cli/simulate/assembly.ts';
import { loadGuestHandler, type GuestHandler } from '../../simulator/services/lambda/guest-handler.ts';
import { flyScenario } from '../simulate/fly-scenario.ts';
import { scenarioOf, type Request } from '../simulate/request.ts';

/** With what a function was invoked first. */
export interface FirstInput {
  readonly event: unknown;
  readonly environment: Readonly<Record<string, string>>;
}

const PALETTE = join(import.meta.dirname, '../simulate/palette');
const HANDLER = 'index.handler';
const PREFIX = 'flarepath-';
const DAYS = 2;
/** Rare functions wait for a rare fault; after so many scenarios they are given up. */
const SCENARIOS_MAX = 12;

/**
 * Flies drawn scenarios until every function was invoked once, and keeps with what.
 *
 * @param names  of functions
 * @param bundles  folder with a bundle of each
 * @returns by name; one that no scenario invoked is missing
 */
export async function firstInputs(
  names: readonly string[],
  bundles: string,
  note: (line: string) => void,
): Promise<ReadonlyMap<string, FirstInput>> {
  const inputs = new Map<string, FirstInput>();
  const handlers: Record<string, GuestHandler> = {};
  for (const name of names) {
    const handler = await loadGuestHandler(join(bundles, name), HANDLER);
    handlers[PREFIX + name] = recorded(handler, (input) => {
      if (!inputs.has(name)) inputs.set(name, input);
    });
  }
  const assemblyDirectory = assemblyOf(PALETTE, () => note('Synthesising the CDK app …'), 'bench-assembly');
  const request: Request = {
    assemblyDirectory,
    days: DAYS,
    effort: 'fast',
    policy: 'flarepath',
    faults: 'catalogue',
    everyPass: false,
    world: null,
  };
  for (let seed = 1; seed <= SCENARIOS_MAX && inputs.size < names.length; seed += 1) {
    await flyScenario(scenarioOf(request, seed), { assemblyDirectory, effort: 'fast', handlers });
    note(`${inputs.size} of ${names.length} functions were invoked in ${seed} scenarios`);
  }
  return inputs;
}

function recorded(handler: GuestHandler, keep: (input: FirstInput) => void): GuestHandler {
  const invoke: GuestHandler = (event, context) => {
    keep({ event: structuredClone(event), environment: present(process.env) });
    return handler(event, context);
  };
  return Object.assign(invoke, handler.reset === undefined ? {} : { reset: handler.reset });
}

function present(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
