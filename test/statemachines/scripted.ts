/** Deploys the state machines on a clock of their own, with functions that answer what a test scripts. */
/* eslint-disable @typescript-eslint/no-explicit-any -- what handlers answer is checked by what tests expect of it */
import {
  call,
  deploy,
  fakeKernel,
  functionError,
  payload,
  ranOf,
  sent,
  type Call,
  type Ran,
  type World,
} from '../simulator/states/harness.ts';
import { definitionOf } from './definitions.ts';

/** What a function does when it is called: an answer, an error's name, or nothing yet (its token is pending). */
export type Script = Record<string, (input: any, times: number) => unknown>;
export class Fails {
  readonly error: string;
  constructor(error: string) {
    this.error = error;
  }
}

/** What people answer a minute after they were asked, by the token of the question. */
export class Answers {
  readonly output: object;
  constructor(output: object) {
    this.output = output;
  }
}

export interface Flight extends Ran {
  /** names of the functions called, in order */
  called: string[];
  inputs: (name: string) => any[];
}

const nameOf = ({ input }: Call) => String(input.FunctionName).split(':').at(-1) ?? '';

export async function scripted(
  machine: 'run-job' | 'fly' | 'release' | 'reap',
  input: unknown,
  script: Script,
): Promise<Flight> {
  const times = new Map<string, number>();
  const world: World = fakeKernel((one) => {
    const name = nameOf(one);
    const count = times.get(name) ?? 0;
    times.set(name, count + 1);
    const answer = script[name]?.(sent(one), count);
    if (answer === undefined) throw new Error(`The script has no answer for ${name}`);
    if (answer instanceof Answers) {
      const said = { taskToken: sent(one).taskToken, output: JSON.stringify(answer.output) };
      const atMs = world.kernel.clock.nowMs() + 60_000;
      world.kernel.clock.at(atMs, 'answer', async () => void (await call(world, 'SendTaskSuccess', said)));
    }
    return answer instanceof Fails ? functionError(answer.error) : payload(answer);
  });
  await deploy(world, 'fly', definitionOf('fly.asl.json'));
  const stateMachineArn =
    machine === 'fly'
      ? 'arn:aws:states:us-east-1:123456789012:stateMachine:fly'
      : await deploy(world, machine, definitionOf(`${machine}.asl.json`));
  const { executionArn } = await call(world, 'StartExecution', {
    stateMachineArn,
    name: 'once',
    input: JSON.stringify(input),
  });
  await world.run();
  const ran = await ranOf(world, executionArn);
  return {
    ...ran,
    called: ran.calls.map(nameOf),
    inputs: (name) => ran.calls.filter((one) => nameOf(one) === name).map(sent),
  };
}

const ref = { key: 'documents/a.json', sha256: 'a'.repeat(64), sizeBytes: 10 };
export const START = { job: 'orders', scheduledAt: '2030-01-01T00:00:00.000Z' };
export const RUN = {
  runKey: 'orders@2030-01-01T00:00:00.000Z',
  ...START,
  admittedAt: START.scheduledAt,
  deadlineAt: '2030-01-01T06:00:00.000Z',
  jobRef: ref,
  attempt: 1,
  start: 1,
  firstAttempt: 1,
  runHash: '0123456789ab',
  executionArn: 'arn:aws:states:x',
};
const manifest = {
  observedAt: START.scheduledAt,
  complete: true,
  objectCount: 1,
  sizeBytes: 5,
  missingMarkers: [],
};
const plan = {
  plan: ref,
  expectedCostUsd: 3,
  lateProbability: 0.01,
  launch: 'fly',
  launchReason: 'Within its budget.',
  description: 'A plan.',
};
export const PLAN = plan;
export const landed = (outcome: string, retryable = false) => ({
  landing: { outcome, reason: outcome, look: 1, retryable },
  nextLookSeconds: 300,
  look: 1,
  wakeCount: 0,
});

/** A run in which everything goes well; tests replace single functions. */
export const SMOOTH: Script = {
  admitRun: () => ({ decision: 'admitted', reason: 'free', run: RUN, maxAttempts: 2 }),
  awaitInput: () => ({ decision: 'ready', reason: 'there', retryAfterSeconds: 60, manifest }),
  forecastLoad: () => ({ method: 'manifest' }),
  warnOfMiss: () => ({ told: false, checkAt: null }),
  surveyMarket: () => ({ market: ref, pools: 1, notes: [] }),
  planFleet: () => plan,
  reserveLaunch: () => ({ decision: 'reserved', reason: '5.00 USD are reserved.' }),
  launchCluster: ({ run }) => ({ clusterId: 'j-1', name: 'flarepath', attempt: run.attempt }),
  lookAndSteer: (_, times) =>
    times < 2 ? { landing: null, nextLookSeconds: 60, look: times, wakeCount: 0 } : landed('landed'),
  sleep: () => ({ asleep: true }),
  collectRun: () => ({ record: ref, outcome: 'succeeded', reason: 'on time', publishable: true }),
  releaseCluster: (_, times) => ({
    decision: times % 2 === 0 ? 'terminating' : 'terminated',
    clusterIds: ['j-1'],
    retryAfterSeconds: 30,
  }),
  publishOutput: () => ({ published: true, reason: 'first' }),
  learnFromRun: () => ({ runsKnown: 1 }),
  reportRun: () => ({ messageId: 'm-1' }),
};
