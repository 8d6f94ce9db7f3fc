import type { Kernel } from '../../contracts.ts';
import type { Instance } from '../../world/instances.ts';
import type { World } from '../../world/world.ts';
import type { EmrEvents } from './events.ts';
import type { ClusterRecord, Step } from './model.ts';
import { RunningStep, type StepOutcome } from './step-runner.ts';

interface StepHost {
  instances(): readonly Instance[];
  allDone(): void;
  terminate(reason: string): void;
  /** a machine fails */
  lose(instance: Instance): void;
}

/** A cluster's steps, in order, at most `StepConcurrencyLevel` at a time. */
export class StepQueue {
  readonly #kernel: Kernel;
  readonly #world: World;
  readonly #events: EmrEvents;
  readonly #cluster: ClusterRecord;
  readonly #host: StepHost;
  #running: RunningStep[] = [];

  constructor(kernel: Kernel, world: World, events: EmrEvents, cluster: ClusterRecord, host: StepHost) {
    this.#kernel = kernel;
    this.#world = world;
    this.#events = events;
    this.#cluster = cluster;
    this.#host = host;
  }

  get running(): readonly RunningStep[] {
    return this.#running;
  }

  get hasPending(): boolean {
    return this.#cluster.steps.some((step) => step.state === 'PENDING');
  }

  startNext(): void {
    while (this.#running.length < this.#cluster.input.StepConcurrencyLevel) {
      const step = this.#cluster.steps.find((candidate) => candidate.state === 'PENDING');
      if (step === undefined) break;
      step.startMs = this.#kernel.clock.nowMs();
      this.#setState(step, 'RUNNING');
      const running = new RunningStep(
        this.#kernel,
        this.#world,
        this.#cluster,
        step,
        () => this.#host.instances(),
        (outcome) => {
          this.#ended(running, outcome);
        },
      );
      this.#running.push(running);
    }
    if (this.#running.length === 0 && !this.hasPending) this.#host.allDone();
  }

  tick(): void {
    for (const running of [...this.#running]) {
      running.application?.tick();
      const lost = running.nodeToLose(this.#host.instances());
      if (lost !== undefined) this.#host.lose(lost);
    }
  }

  nodeJoined(instance: Instance): void {
    for (const running of this.#running) running.application?.addNode(instance);
  }

  nodeLeft(instance: Instance, lost: boolean): void {
    for (const running of [...this.#running]) running.application?.removeNode(instance, lost);
  }

  /** @returns false when the step can no longer be cancelled */
  cancel(step: Step): boolean {
    if (step.state !== 'PENDING' && step.state !== 'RUNNING') return false;
    const running = this.#running.find((candidate) => candidate.step === step);
    running?.stop();
    this.#running = this.#running.filter((candidate) => candidate !== running);
    this.#close(step, 'CANCELLED', null);
    if (running !== undefined) this.startNext();
    return true;
  }

  /** The cluster goes: nothing runs on. */
  stop(state: 'CANCELLED' | 'INTERRUPTED'): void {
    const interrupted = this.#running;
    this.#running = [];
    for (const running of interrupted) {
      running.stop();
      this.#close(running.step, state, null);
    }
    for (const step of this.#cluster.steps)
      if (step.state === 'PENDING') this.#close(step, 'CANCELLED', null);
  }

  #ended(running: RunningStep, outcome: StepOutcome): void {
    this.#running = this.#running.filter((candidate) => candidate !== running);
    if (outcome.succeeded) {
      this.#close(running.step, 'COMPLETED', null);
      this.startNext();
      return;
    }
    this.#close(running.step, 'FAILED', outcome.reason);
    const action = running.step.config.ActionOnFailure;
    if (action === 'TERMINATE_CLUSTER' || action === 'TERMINATE_JOB_FLOW') {
      this.#host.terminate('Shut down as step failed');
      return;
    }
    if (action === 'CANCEL_AND_WAIT') {
      for (const step of this.#cluster.steps)
        if (step.state === 'PENDING') this.#close(step, 'CANCELLED', null);
    }
    this.startNext();
  }

  #close(step: Step, state: Step['state'], failure: string | null): void {
    step.endMs = this.#kernel.clock.nowMs();
    step.failure = failure;
    this.#setState(step, state);
  }

  #setState(step: Step, state: Step['state']): void {
    step.state = state;
    this.#kernel.trace('emr.step', { clusterId: this.#cluster.id, step: step.config.Name, state });
    this.#events.step(this.#cluster, step);
  }
}
