import { fork, type ChildProcess } from 'node:child_process';
import { RetryableError } from '../../../core/errors.ts';
import type { Request } from '../request.ts';
import type { ScenarioResult } from '../scenario-result.ts';
import { Answer, type Order } from './orders.ts';

/** A worker process ended, or a scenario could not be flown at all. */
class WorkerFailedError extends RetryableError {
  override readonly name = 'WorkerFailedError';
}

/**
 * Worlds leave garbage behind in modules and caches: a new process begins with none. It also begins with cold code,
 * which costs as much as some ten scenarios.
 */
const SCENARIOS_PER_WORKER = 250;

interface RunOptions {
  /** what each worker process runs, as `bundleWorker` made it */
  readonly worker: string;
  readonly workers: number;
  /** called with each result, in the order in which they are done */
  readonly onResult: (result: ScenarioResult) => void;
}

/**
 * Flies seeds side by side in worker processes.
 *
 * @throws WorkerFailedError  when a scenario cannot be flown; it names the seed
 */
export async function runSeeds(
  request: Request,
  seeds: readonly number[],
  { worker: program, workers, onResult }: RunOptions,
): Promise<void> {
  const left = [...seeds];
  const lane = async (): Promise<void> => {
    while (left.length > 0) {
      const worker = startWorker(program);
      try {
        for (let i = 0; i < SCENARIOS_PER_WORKER; i += 1) {
          const seed = left.shift();
          if (seed === undefined) break;
          onResult(await ask(worker, { seed, request }));
        }
      } finally {
        worker.kill();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, seeds.length) }, lane));
}

/** Worlds are mostly young garbage: a larger nursery costs a tenth less time. */
function startWorker(program: string): ChildProcess {
  return fork(program, {
    execArgv: ['--max-semi-space-size=64'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}

function ask(worker: ChildProcess, order: Order): Promise<ScenarioResult> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      reject(new WorkerFailedError(`The worker that flew seed ${order.seed} ended with code ${code}.`));
    };
    worker.once('exit', ended);
    worker.once('message', (message) => {
      worker.off('exit', ended);
      const answer = Answer.parse(message);
      if ('result' in answer) resolve(answer.result);
      else reject(new WorkerFailedError(`Seed ${order.seed} cannot be flown: ${answer.failure}`));
    });
    worker.send(order);
  });
}
