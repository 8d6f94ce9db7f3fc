/** State machines and executions of the account, and the rules of their names. */
import { AwsFailure } from '../contracts.ts';
import type { Kernel } from '../contracts.ts';
import { uuid } from '../services/names.ts';
import { Execution } from './execution.ts';
import type { ExecutionWorld } from './execution.ts';
import type { StateMachine } from './flow.ts';
import { exceeds, MOST_PAYLOAD_BYTES, parsePayload } from './payload.ts';
import type { Payload } from './payload.ts';

/** Executions, and with them their names, are kept so long after they ended. */
const KEPT_MS = 90 * 86_400_000;
const LONGEST_NAME = 80;
/** White space, brackets, wildcards, special and control characters. */
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

export class MachineStore {
  readonly #kernel: Kernel;
  readonly #world: ExecutionWorld;
  readonly #machines = new Map<string, StateMachine>();
  readonly #executions = new Map<string, Execution>();
  readonly #byMachine = new Map<string, Execution[]>();

  constructor(kernel: Kernel, world: ExecutionWorld) {
    this.#kernel = kernel;
    this.#world = world;
  }

  get machines(): readonly StateMachine[] {
    return [...this.#machines.values()];
  }

  arnOf(kind: 'stateMachine' | 'execution' | 'express', rest: string): string {
    return `arn:aws:states:${this.#kernel.region}:${this.#kernel.accountId}:${kind}:${rest}`;
  }

  add(machine: StateMachine): void {
    if (this.#machines.has(machine.arn))
      throw new AwsFailure('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
    this.#machines.set(machine.arn, machine);
  }

  /** @throws AwsFailure  InvalidArn, StateMachineDoesNotExist */
  machine(arn: string): StateMachine {
    if (!/^arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:.+$/.test(arn))
      throw new AwsFailure('InvalidArn', `Invalid Arn: '${arn}'`);
    const machine = this.#machines.get(arn);
    if (machine === undefined)
      throw new AwsFailure('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** @throws AwsFailure  InvalidArn, ExecutionDoesNotExist */
  execution(arn: string): Execution {
    if (/^arn:aws:states:[a-z0-9-]+:\d{12}:express:.+$/.test(arn)) {
      throw new AwsFailure(
        'InvalidArn',
        `Invalid Arn: 'This operation is not supported for express executions: ${arn}'`,
      );
    }
    if (!/^arn:aws:states:[a-z0-9-]+:\d{12}:execution:.+$/.test(arn))
      throw new AwsFailure('InvalidArn', `Invalid Arn: '${arn}'`);
    const execution = this.#executions.get(arn);
    if (execution === undefined || this.#forgotten(execution)) {
      throw new AwsFailure('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return execution;
  }

  /** Executions of a machine, the latest first. */
  executionsOf(machineArn: string): readonly Execution[] {
    return (this.#byMachine.get(machineArn) ?? [])
      .filter((execution) => !this.#forgotten(execution))
      .reverse();
  }

  /**
   * Starts an execution. The same name and input while it runs is the same execution.
   *
   * @throws AwsFailure  InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  start(machine: StateMachine, name: string | undefined, inputText: string | undefined): Execution {
    const executionName = name ?? uuid(this.#kernel.randomNow(`states:names/${machine.arn}`));
    requireName(executionName);
    const input = readInput(inputText ?? '{}');
    if (machine.type === 'EXPRESS') return this.#startExpress(machine, executionName, input);
    const arn = this.arnOf('execution', `${machine.name}:${executionName}`);
    const known = this.#executions.get(arn);
    if (known !== undefined && !this.#forgotten(known)) {
      if (known.status === 'RUNNING' && known.input.text === input.text) return known;
      throw new AwsFailure('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = new Execution(this.#world, machine, arn, executionName, input);
    this.#executions.set(arn, execution);
    this.#remember(machine.arn, execution, known);
    execution.start();
    return execution;
  }

  /** Express executions leave nothing behind, and their names need not be unique. */
  #startExpress(machine: StateMachine, executionName: string, input: Payload): Execution {
    const unique = uuid(this.#kernel.random('states:express'));
    const arn = this.arnOf('express', `${machine.name}:${executionName}:${unique}`);
    const execution = new Execution(this.#world, machine, arn, executionName, input);
    execution.start();
    return execution;
  }

  #remember(machineArn: string, execution: Execution, replaced: Execution | undefined): void {
    const all = this.#byMachine.get(machineArn) ?? [];
    const kept = replaced === undefined ? all : all.filter((other) => other !== replaced);
    kept.push(execution);
    this.#byMachine.set(machineArn, kept);
  }

  #forgotten({ stoppedAtMs }: Execution): boolean {
    return stoppedAtMs !== undefined && this.#kernel.clock.nowMs() - stoppedAtMs > KEPT_MS;
  }
}

function requireName(name: string): void {
  if (name.length >= 1 && name.length <= LONGEST_NAME && !FORBIDDEN_IN_NAMES.test(name)) return;
  throw new AwsFailure('InvalidName', `Invalid Name: '${name}'`);
}

function readInput(text: string): Payload {
  if (exceeds(text, MOST_PAYLOAD_BYTES)) {
    throw new AwsFailure(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: 'the input takes more than ${MOST_PAYLOAD_BYTES} bytes'`,
    );
  }
  try {
    return parsePayload(text);
  } catch (error) {
    throw new AwsFailure(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${String(error)}'`,
    );
  }
}
