import * as z from 'zod';
import { row, seconds } from './row.ts';

const when = z
  .enum(['before', 'after'])
  .default('after')
  .describe('whether the function is lost before it does anything, or when all of its work is done');
const delay = seconds(
  0,
  'how long after entering; nothing happens if the execution has left the state by then',
);

const OF_STATE = ['stateMachine', 'state'] as const;
/** `moment` is enter, or exit: the work of the state is done, its result not yet taken over */
const IN_STATE = [...OF_STATE, 'moment'] as const;
const ON_ENTERING = { moment: 'enter' };

/** Step Functions and Lambda. */
export const COMPUTE_ROWS = {
  'execution-timeout': row(
    IN_STATE,
    { seconds: delay },
    'The execution reaches its time-out in a state; no Catch sees it. `moment` is enter, or exit, when the work of the state is done, its result not yet taken over.',
    'status TIMED_OUT, error States.Timeout; its event',
    ON_ENTERING,
  ),
  'execution-aborted': row(
    IN_STATE,
    { seconds: delay },
    'Somebody stops the execution in a state; no Catch sees it. `moment` as above.',
    'status ABORTED; its event',
    ON_ENTERING,
  ),
  'data-limit-exceeded': row(
    IN_STATE,
    {},
    'What a state hands on is larger than 256 KiB; States.ALL does not catch it. `moment` as above.',
    'status FAILED, error States.DataLimitExceeded',
    ON_ENTERING,
  ),
  'history-exhausted': row(
    IN_STATE,
    {},
    'The execution reaches 25,000 events in a state; nothing catches it, and it cannot be redriven. `moment` as above.',
    'status FAILED, error States.Runtime',
    ON_ENTERING,
  ),
  'duplicate-start': row(
    ['stateMachine'],
    {},
    'StartExecution without a name starts two executions with one input.',
    'two executions',
  ),
  'late-token': row(
    OF_STATE,
    {},
    'The answer to a task token comes after its time-out.',
    'TaskTimedOut to who answers; States.Timeout in the state',
  ),
  'lost-token': row(
    OF_STATE,
    {},
    'The answer to a task token is acknowledged and never reaches the state, which waits on until its time-out.',
    'States.Timeout in the state',
  ),
  'duplicate-token': row(
    OF_STATE,
    {},
    'The answer to a task token is delivered twice; who answers hears only of the second delivery.',
    'TaskTimedOut to who answers, though the state went on',
  ),
  'function-timeout': row(
    ['function'],
    { when },
    'An invocation hangs until its time-out.',
    'errorType Sandbox.Timedout',
  ),
  'function-out-of-memory': row(
    ['function'],
    {
      when,
      errorType: z
        .enum(['Runtime.ExitError', 'Runtime.OutOfMemory'])
        .default('Runtime.OutOfMemory')
        .describe('how Lambda names it: newer functions OutOfMemory, others ExitError'),
    },
    'An invocation is killed because its memory is full; its environment is gone.',
    'errorType Runtime.OutOfMemory or Runtime.ExitError',
  ),
  'function-throttled': row(
    ['function'],
    {},
    "An invocation is refused because the account's concurrency is used up.",
    'TooManyRequestsException, Reason ConcurrentInvocationLimitExceeded',
  ),
  'cold-start': row(
    ['function'],
    { seconds: seconds(8, 'how long the environment takes to start') },
    'An invocation gets a new environment, which starts slowly; module state is gone.',
    'time',
  ),
} as const;
