import { BYTES_PER_GIB } from '../../../core/units.ts';
import type { ClockEntry, Kernel } from '../../contracts.ts';
import type { Billing } from '../billing.ts';
import { lognormal } from '../draws.ts';
import type { Instance } from '../instances.ts';
import type { Storage } from '../storage.ts';
import { demandOf, type Demand } from './demand.ts';
import { StageCounter } from './driver-pages.ts';
import { EventLog, sizeOf } from './event-log.ts';
import { executorLayout, type SparkConf } from './executors.ts';
import { NodeFleet } from './node-fleet.ts';
import type { Program, SparkParameters, Stage } from './program.ts';
import { RunEngine } from './run-engine.ts';
import type { RunPlan } from './run-plan.ts';
import type {
  ApplicationEnd,
  ApplicationReport,
  Progress,
  RunningApplication,
} from './running-application.ts';
import type { StepCommand } from './step-command.ts';
import { unrolled } from './stage-tasks.ts';
import { writeOutput } from './write-output.ts';
import type { Trouble } from './trouble.ts';

const MAX_APPLICATION_ATTEMPTS = 2;

interface ApplicationOrder {
  readonly applicationId: string;
  readonly clusterId: string;
  readonly name: string;
  readonly program: Program;
  readonly stages: readonly Stage[];
  readonly command: StepCommand;
  readonly conf: SparkConf;
  /** names the run's random draws: clusters of one name (an attempt at a run) have the same luck, whoever sized them */
  readonly seed: string;
  /** what a scenario wants to go wrong */
  readonly trouble: Trouble;
}

interface Surroundings {
  readonly kernel: Kernel;
  readonly storage: Storage;
  readonly billing: Billing;
  readonly parameters: SparkParameters;
}

/** A Spark application in YARN's cluster or client mode, on the nodes that its cluster has at any time. */
export class SparkApplication implements RunningApplication {
  readonly #order: ApplicationOrder;
  readonly #around: Surroundings;
  readonly #onEnd: (end: ApplicationEnd) => void;
  readonly #nodes: NodeFleet;
  #engine: RunEngine;
  #log: EventLog;
  #pages: StageCounter;
  #attempt = 1;
  #foreseen: ClockEntry | null = null;
  #foresightAsked = false;
  #over = false;

  constructor(
    order: ApplicationOrder,
    around: Surroundings,
    instances: readonly Instance[],
    onEnd: (end: ApplicationEnd) => void,
  ) {
    this.#order = order;
    this.#around = around;
    this.#onEnd = onEnd;
    const layoutType = (instances.find((instance) => instance.role === 'CORE') ?? instances[0])?.type;
    if (layoutType === undefined) throw new RangeError('a Spark application needs a node');
    const layout = executorLayout(order.conf, layoutType);
    this.#nodes = new NodeFleet(order.conf, layout, order.command.deployMode, around.parameters);
    const started = this.#begin(planOf(order, around));
    this.#engine = started.engine;
    this.#log = started.log;
    this.#pages = started.pages;
    for (const instance of instances) this.addNode(instance);
    this.#foresee();
  }

  addNode(instance: Instance): void {
    if (this.#over || instance.role === 'MASTER') return;
    this.#engine.advanceTo(this.#nowMs);
    const node = this.#nodes.join(instance, this.#nowMs);
    if (node !== null) {
      this.#log.nodeAdded(node, this.#nowMs);
      this.#engine.addNode(node);
    }
    this.#foresee();
  }

  /** @param lost  false when the node was drained: its tasks had ended, its shuffle files go all the same */
  removeNode(instance: Instance, lost: boolean): void {
    if (this.#over) return;
    this.#engine.advanceTo(this.#nowMs);
    const wasDriver = this.#nodes.driverNode === instance.ec2Id;
    const node = this.#nodes.leave(instance.ec2Id, this.#nowMs);
    if (node !== null) {
      this.#engine.removeNode(node.id, this.#savedShare);
      const reason = lost
        ? 'Container released on a *lost* node. Exit status: -100.'
        : 'Node decommissioned.';
      this.#log.nodeRemoved(node, this.#nowMs, reason);
    }
    if (wasDriver) this.#restart();
    else this.#foresee();
  }

  /** Brings the application and its log up to now. */
  tick(): void {
    if (this.#over) return;
    this.#engine.advanceTo(this.#nowMs);
    if (this.#engine.ended) this.#finish();
  }

  /** The cluster goes, or the step is cancelled: no end is written, the log stays partial. */
  kill(): void {
    if (this.#over) return;
    this.#engine.advanceTo(this.#nowMs);
    this.#close();
  }

  /** Whether the driver hangs and its executors have been let go. */
  get hung(): boolean {
    return this.#engine.state.hung;
  }

  /** Machine that the driver runs on; null on the primary. */
  get driverNode(): string | null {
    return this.#nodes.driverNode;
  }

  /** @returns number of executors alive, to tell a waiting application from a running one */
  get executors(): number {
    return this.#nodes.executors;
  }

  /** Bytes read from S3 so far, taking reading to follow the work. */
  get bytesRead(): number {
    return Math.round(this.#engine.plan.loadGib * BYTES_PER_GIB * this.#engine.workDone);
  }

  /** What it could use now, and what it holds on to. */
  demand(): Demand {
    this.tick();
    return demandOf(this.#engine.plan, this.#engine.state, this.#nodes.mostCores);
  }

  progress(): Progress {
    const { state, plan } = this.#engine;
    return {
      stagesDone: Math.min(state.stage, plan.stages.length),
      stagesTotal: plan.stages.length,
      tasksDone: state.stageTasksDone,
      tasksTotal: state.stageTaskCount,
      workDone: this.#engine.workDone,
    };
  }

  report(): ApplicationReport {
    return {
      ...this.#pages.pages(this.#engine.state),
      executors: this.#nodes.executors,
      executorCores: this.#engine.state.cores.length,
      driverRestarts: this.#attempt - 1,
    };
  }

  get #nowMs(): number {
    return this.#around.kernel.clock.nowMs();
  }

  /** Shuffle files that Spark moves away in the two minutes of a warning, where it is told to. */
  get #savedShare(): number {
    const wanted = ['spark.decommission.enabled', 'spark.storage.decommission.shuffleBlocks.enabled'];
    const on = wanted.every((key) => this.#order.conf[key] === 'true');
    return on ? this.#around.parameters.decommissionSavesShare : 0;
  }

  #begin(plan: RunPlan): { engine: RunEngine; log: EventLog; pages: StageCounter } {
    const { order, attempt } = { order: this.#order, attempt: this.#attempt };
    const logAttempt = order.command.deployMode === 'cluster' ? attempt : null;
    const log = new EventLog(
      this.#around.storage,
      order.conf,
      { id: order.applicationId, attempt: logAttempt },
      plan.stages,
      order.trouble.logDamage,
    );
    log.begin(
      this.#around.parameters.version,
      order.name,
      order.applicationId,
      logAttempt,
      order.conf,
      this.#nowMs,
    );
    // a driver that is started again begins with empty pages
    const pages = new StageCounter();
    const engine = RunEngine.start(plan, this.#nowMs, {
      stage: (position, tasks) => pages.begun(position, tasks),
      task: (record) => {
        this.#nodes.taskStarted(record.launchMs);
        pages.ended(record);
        log.task(record);
      },
    });
    return { engine, log, pages };
  }

  /** The driver died, with its node or alone: YARN starts the application once more, from nothing. */
  #restart(): void {
    this.#recordWork();
    const attempts = this.#order.command.deployMode === 'cluster' ? MAX_APPLICATION_ATTEMPTS : 1;
    if (this.#attempt >= attempts) {
      this.#over = true;
      this.#foreseen?.cancel();
      this.#onEnd({ succeeded: false, reason: 'The application master was lost as often as it may be' });
      return;
    }
    this.#attempt += 1;
    const instances = this.#nodes.restart();
    const { engine, log, pages } = this.#begin(this.#engine.plan);
    this.#engine = engine;
    this.#log = log;
    this.#pages = pages;
    for (const instance of instances) this.addNode(instance);
    this.#foresee();
  }

  /** Looks ahead once per instant, however many nodes came and went in it. */
  #foresee(): void {
    if (this.#foresightAsked || this.#over) return;
    this.#foresightAsked = true;
    this.#around.kernel.clock.after(0, 'spark foresight', () => {
      this.#foresightAsked = false;
      if (this.#over) return;
      this.#foreseen?.cancel();
      const endMs = this.#engine.foreseenEndMs();
      this.#foreseen =
        endMs === null
          ? null
          : this.#around.kernel.clock.at(endMs, 'spark application ends', () => {
              this.tick();
            });
    });
  }

  #finish(): void {
    const { phase, failure, timeMs } = this.#engine.state;
    const succeeded = phase === 'done';
    if (!succeeded && this.#order.trouble.driver?.as === 'heap') return this.#restart();
    this.#log.close(timeMs, succeeded ? null : failure);
    if (succeeded && this.#order.trouble.withoutOutput !== true)
      writeOutput(this.#around.storage, this.#order, this.#engine.plan.loadGib);
    this.#close();
    this.#onEnd({ succeeded, reason: failure });
  }

  #close(): void {
    this.#over = true;
    this.#foreseen?.cancel();
    this.#recordWork();
  }

  #recordWork(): void {
    const { busyCoreSeconds } = this.#engine.state;
    this.#around.billing.recordWork(
      this.#order.clusterId,
      busyCoreSeconds,
      this.#nodes.executorCoreSeconds(this.#nowMs),
    );
  }
}

function planOf(order: ApplicationOrder, around: Surroundings): RunPlan {
  const uniform = around.kernel.random(`spark/${order.seed}`);
  const loadBytes = order.command.inputs.reduce((sum, uri) => sum + around.storage.sizeOf(uri), 0);
  const workFactor = lognormal(uniform, 1, order.program.workSigma);
  const fails = uniform() < order.program.failureRate;
  const failsAfterShare = uniform();
  return {
    program: order.program,
    stages: unrolled(order.stages),
    loadGib: loadBytes / BYTES_PER_GIB,
    workFactor,
    seed: `${order.seed}/${Math.floor(uniform() * 2 ** 32)}`,
    parameters: around.parameters,
    trouble: fails ? { driver: { share: failsAfterShare, as: 'exit' }, ...order.trouble } : order.trouble,
    maxResultBytes: sizeOf(order.conf['spark.driver.maxResultSize'] ?? '1g'),
  };
}
