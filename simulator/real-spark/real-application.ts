import { join } from 'node:path';
import type { Instance } from '../world/instances.ts';
import type { Demand } from '../world/spark/demand.ts';
import type { SparkConf } from '../world/spark/executors.ts';
import type {
  ApplicationEnd,
  ApplicationRequest,
  Progress,
  RunningApplication,
} from '../world/spark/running-application.ts';
import type { Lake } from './lake.ts';
import { lastWords, SAID_KEPT, type Program, type Programs } from './programs.ts';
import {
  EXECUTOR_MEMORY,
  sparkEnvironment,
  type SparkHome,
  type StandaloneCluster,
} from './standalone-cluster.ts';
import type { TrackedDriver } from './yarn-facade.ts';

interface Ground {
  readonly programs: Programs;
  readonly home: SparkHome;
  readonly lake: Lake;
  readonly cluster: StandaloneCluster;
  /** for what this application keeps */
  readonly directory: string;
  /** the program that the step runs, as a file */
  readonly programFile: string;
  /** YARN learns of the driver */
  track(driver: TrackedDriver): void;
  /** the simulated AWS hears of it at its next quiet moment */
  deliver(task: () => void): void;
}

/** What a worker of one core has no room for, or only YARN understands. */
const LEFT_OUT = /^spark\.(dynamicAllocation|driver\.|executor\.|yarn\.|eventLog\.dir)/;
const NO_BUSY: ReadonlySet<string> = new Set();

/**
 * A step that real Spark runs: `spark-submit` against the cluster's standalone master. Its driver runs beside the
 * primary, as in client mode; executors are as large as a worker of this machine.
 */
export class RealApplication implements RunningApplication {
  readonly hung = false;
  readonly driverNode = null;
  readonly bytesRead = 0;
  readonly #request: ApplicationRequest;
  readonly #ground: Ground;
  readonly #onEnd: (end: ApplicationEnd) => void;
  readonly #driver: TrackedDriver = { url: undefined, state: 'RUNNING' };
  #program: Program | undefined;
  #said = '';
  #over = false;

  constructor(request: ApplicationRequest, ground: Ground, onEnd: (end: ApplicationEnd) => void) {
    this.#request = request;
    this.#ground = ground;
    this.#onEnd = onEnd;
    ground.track(this.#driver);
    ground.cluster.ready((masterUrl) => this.#submit(masterUrl));
    ground.cluster.lost((reason) => ground.deliver(() => this.#masterLost(reason)));
  }

  addNode(instance: Instance): void {
    this.#ground.cluster.addNode(instance);
  }

  removeNode(instance: Instance): void {
    this.#ground.cluster.removeNode(instance);
  }

  get executors(): number {
    return this.#ground.cluster.workers;
  }

  tick(): void {}

  kill(): void {
    if (this.#over) return;
    this.#end(false);
    this.#program?.kill();
  }

  demand(): Demand {
    return { cores: this.executors, allocatedCores: this.executors, busy: NO_BUSY, holdingShuffle: NO_BUSY };
  }

  progress(): Progress | null {
    return null;
  }

  /** The reporter itself runs, and asks the driver. */
  report(): null {
    return null;
  }

  /** Whether work goes on. */
  get over(): boolean {
    return this.#over;
  }

  #submit(masterUrl: string): void {
    if (this.#over) return;
    const { programs, home, lake, directory, programFile } = this.#ground;
    const conf = { ...kept(this.#request.conf), ...this.#ownConf() };
    this.#program = programs.start({
      command: join(home.sparkBin, 'spark-submit'),
      args: [
        ...['--master', masterUrl, '--name', this.#request.stepName],
        ...Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
        programFile,
        ...this.#request.args.map((argument) => lake.argument(argument)),
      ],
      environment: sparkEnvironment(home, join(directory, 'driver-local')),
      logFile: join(directory, 'driver.log'),
      onSaid: (text) => this.#listen(text),
      onExit: (code) => this.#ground.deliver(() => this.#exited(code)),
    });
  }

  #ownConf(): SparkConf {
    const logs = this.#request.conf['spark.eventLog.dir'];
    return {
      'spark.executor.cores': '1',
      'spark.executor.memory': EXECUTOR_MEMORY,
      'spark.driver.memory': EXECUTOR_MEMORY,
      'spark.driver.host': '127.0.0.1',
      'spark.driver.bindAddress': '127.0.0.1',
      'spark.dynamicAllocation.enabled': 'false',
      'spark.ui.port': '0',
      ...(logs === undefined ? {} : { 'spark.eventLog.dir': `file://${this.#ground.lake.makeFolder(logs)}` }),
    };
  }

  #listen(text: string): void {
    this.#said = (this.#said + text).slice(-SAID_KEPT);
    const [, port] = /service 'SparkUI' on port (\d+)/.exec(text) ?? [];
    if (port !== undefined) this.#driver.url = `http://127.0.0.1:${port}`;
  }

  #exited(code: number | null): void {
    if (this.#over) return;
    const succeeded = code === 0;
    this.#end(succeeded);
    const reason = succeeded ? '' : `spark-submit ended with ${lastWords(code, this.#said)}`;
    this.#onEnd({ succeeded, reason });
  }

  /** A driver whose master is gone asks for it for minutes before it gives up: its step ends now. */
  #masterLost(reason: string): void {
    if (this.#over) return;
    this.kill();
    this.#onEnd({ succeeded: false, reason });
  }

  #end(succeeded: boolean): void {
    this.#over = true;
    this.#driver.state = succeeded ? 'FINISHED' : 'FAILED';
  }
}

function kept(conf: SparkConf): SparkConf {
  return Object.fromEntries(Object.entries(conf).filter(([key]) => !LEFT_OUT.test(key)));
}
