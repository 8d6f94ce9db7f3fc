import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy, { type Request } from '@middy/core';
import * as z from 'zod';
import { seededRng, type Rng } from '../../core/numerics/rng.ts';
import { createClients, type Clients, type Seams } from './clients.ts';
import { createLog, type Log } from './log.ts';
import { parseContract } from './parse.ts';

type Context = Request['context'];

/** What a state's function is held to: its environment, what it is handed, what it answers. */
interface StateContract<E extends z.ZodType, I extends z.ZodType, O extends z.ZodType> {
  readonly environment: E;
  readonly input: I;
  readonly output: O;
}

/** Of a function that counts something: how that is made. The bundle of one that does not is lighter for it. */
interface Counting {
  readonly metrics: () => Metrics;
}

type Act<I extends z.ZodType, O extends z.ZodType, With> = (
  request: z.output<I>,
  services: With,
) => Promise<z.input<O>>;

/** What a state's function works with besides its request. */
interface Services<Environment> {
  readonly now: () => Date;
  readonly rng: (seed: string | number) => Rng;
  readonly log: Log;
  readonly environment: Environment;
  readonly region: string;
  readonly clients: Clients;
}

interface StateHandler<E extends z.ZodType, I extends z.ZodType, O extends z.ZodType> {
  (event: unknown, context: Context): Promise<unknown>;
  /** begins cold again: drops clients, caches and the parsed environment */
  readonly reset: (seams?: Seams) => void;
  readonly contract: StateContract<E, I, O>;
}

/**
 * A Lambda function for one state: logging and metrics around it, environment, input and answer held to
 * their contracts.
 *
 * Nothing is read from the process until the first call after a cold start or a reset, so that one process
 * can play many functions. Errors leave as they are: state machines match on their `name`.
 *
 * @param act  gathers, calls core, writes; decides nothing itself
 * @throws InvalidInputError  when environment, input or answer does not fit
 */
export function stateHandler<E extends z.ZodType, I extends z.ZodType, O extends z.ZodType>(
  contract: StateContract<E, I, O> & Counting,
  act: Act<I, O, Services<z.output<E>> & Counting>,
): StateHandler<E, I, O>;
export function stateHandler<E extends z.ZodType, I extends z.ZodType, O extends z.ZodType>(
  contract: StateContract<E, I, O>,
  act: Act<I, O, Services<z.output<E>>>,
): StateHandler<E, I, O>;
export function stateHandler<E extends z.ZodType, I extends z.ZodType, O extends z.ZodType>(
  contract: StateContract<E, I, O> & Partial<Counting>,
  act: Act<I, O, Services<z.output<E>> & Counting>,
): StateHandler<E, I, O> {
  let warm: ((event: unknown, context: Context) => Promise<unknown>) | undefined;
  let seams: Seams = {};
  const handle = (event: unknown, context: Context): Promise<unknown> => {
    warm ??= coldStart(contract, act, seams);
    return warm(event, context);
  };
  return Object.assign(handle, {
    contract,
    reset: (newSeams: Seams = {}) => {
      seams = newSeams;
      warm = undefined;
    },
  });
}

const RuntimeEnvironment = z.object({ AWS_REGION: z.string().min(1) });

function coldStart<E extends z.ZodType, I extends z.ZodType, O extends z.ZodType>(
  contract: StateContract<E, I, O> & Partial<Counting>,
  act: Act<I, O, Services<z.output<E>> & Counting>,
  seams: Seams,
): (event: unknown, context: Context) => Promise<unknown> {
  // contracts take what they name; copying an environment would read all of it
  const environment = parseContract(contract.environment, process.env, 'environment');
  const region = parseContract(RuntimeEnvironment, process.env, 'environment').AWS_REGION;
  const log = createLog();
  let metrics: Metrics | undefined;
  const services: Services<z.output<E>> & Counting = {
    now: () => new Date(),
    rng: seededRng,
    log,
    metrics: () => {
      // the compiler lets no function ask that has not said how
      if (contract.metrics === undefined) throw new Error('The function has no metrics.');
      return (metrics ??= contract.metrics());
    },
    environment,
    region,
    clients: createClients(region, seams),
  };
  const state = async (event: unknown): Promise<unknown> => {
    const request = parseContract(contract.input, event, 'input');
    return parseContract(contract.output, await act(request, services), 'output');
  };
  // Powertools' own middleware makes logger and metrics before anything asks for them, and warns of calls without a metric.
  const publish = () => {
    if (metrics?.hasStoredMetrics() === true) metrics.publishStoredMetrics();
  };
  // The early time-out needs a timer of its own; Lambda's own time-out is enough.
  const wrapped = middy(state, { timeoutEarlyInMillis: 0 }).use({ after: publish, onError: publish });
  return async (event, context) => {
    log.begin(context);
    const answer: unknown = await wrapped(event, context);
    return answer;
  };
}
