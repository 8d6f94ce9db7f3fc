import { join } from 'node:path';
import type { Instance } from '../world/instances.ts';
import { lastWords, SAID_KEPT, type Program, type ProgramOrder, type Programs } from './programs.ts';

/** Where this machine has Spark. */
export interface SparkHome {
  /** holds `spark-class`, `spark-submit` */
  readonly sparkBin: string;
  /** holds `python3`, `aws` */
  readonly toolsBin: string;
}

/** Each node of a simulated cluster is a worker with so much: more nodes are more parallelism, up to the machine's. */
const WORKER_CORES = 1;
const WORKER_MEMORY = '1200m';
export const EXECUTOR_MEMORY = '1g';

/** A standalone master on the loopback interface, and one worker process for each node that works. */
export class StandaloneCluster {
  readonly #programs: Programs;
  readonly #home: SparkHome;
  readonly #directory: string;
  readonly #master: Program;
  readonly #workers = new Map<string, Program | undefined>();
  #url: string | undefined;
  #whenReady: (() => void)[] = [];
  #whenLost: ((reason: string) => void)[] = [];
  #said = '';
  #stopped = false;
  /** why there is no master any more */
  #loss: string | undefined;

  constructor(programs: Programs, home: SparkHome, directory: string) {
    this.#programs = programs;
    this.#home = home;
    this.#directory = directory;
    this.#master = this.#startDaemon('master', 'org.apache.spark.deploy.master.Master', ['--port', '0'], {
      onSaid: (text) => this.#listen(text),
      onExit: (code) => this.#masterEnded(code),
    });
  }

  get workers(): number {
    return this.#workers.size;
  }

  /** Calls back when there is a master to speak to. */
  ready(then: (masterUrl: string) => void): void {
    const call = (): void => {
      if (this.#url !== undefined) then(this.#url);
    };
    if (this.#url === undefined) this.#whenReady.push(call);
    else call();
  }

  /** Calls back when the master has ended by itself, at once where it has already: no step of the cluster gets on. */
  lost(then: (reason: string) => void): void {
    if (this.#loss === undefined) this.#whenLost.push(then);
    else then(this.#loss);
  }

  addNode({ ec2Id, role }: Instance): void {
    if (role === 'MASTER' || this.#workers.has(ec2Id)) return;
    this.#workers.set(ec2Id, undefined);
    this.ready((masterUrl) => {
      if (!this.#workers.has(ec2Id)) return;
      const limits = ['--cores', String(WORKER_CORES), '--memory', WORKER_MEMORY];
      const work = ['--work-dir', join(this.#directory, ec2Id), '--webui-port', '0'];
      const args = [...limits, ...work, masterUrl];
      this.#workers.set(ec2Id, this.#startDaemon(ec2Id, 'org.apache.spark.deploy.worker.Worker', args));
    });
  }

  /** The node is gone, and with it its executors and their shuffle files. */
  removeNode({ ec2Id }: Pick<Instance, 'ec2Id'>): void {
    this.#workers.get(ec2Id)?.kill();
    this.#workers.delete(ec2Id);
  }

  /** Has the workers of these nodes and of no others. */
  setNodes(instances: readonly Instance[]): void {
    const present = new Set(instances.map(({ ec2Id }) => ec2Id));
    for (const ec2Id of [...this.#workers.keys()]) if (!present.has(ec2Id)) this.removeNode({ ec2Id });
    for (const instance of instances) this.addNode(instance);
  }

  stop(): void {
    this.#stopped = true;
    for (const ec2Id of [...this.#workers.keys()]) this.removeNode({ ec2Id });
    this.#master.kill();
  }

  #listen(text: string): void {
    this.#said = (this.#said + text).slice(-SAID_KEPT);
    const [url] = /spark:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
    if (url === undefined || this.#url !== undefined) return;
    this.#url = url;
    for (const ready of this.#whenReady.splice(0)) ready();
  }

  #masterEnded(code: number | null): void {
    if (this.#stopped) return;
    const log = join(this.#directory, 'master.log');
    this.#loss = `Spark's standalone master ended with ${lastWords(code, this.#said)} Its log is ${log}.`;
    // workers without a master run on and get nothing to do
    for (const ec2Id of [...this.#workers.keys()]) this.removeNode({ ec2Id });
    for (const lost of this.#whenLost.splice(0)) lost(this.#loss);
  }

  #startDaemon(
    name: string,
    mainClass: string,
    args: readonly string[],
    watching: Pick<ProgramOrder, 'onSaid' | 'onExit'> = {},
  ): Program {
    return this.#programs.start({
      command: join(this.#home.sparkBin, 'spark-class'),
      args: [mainClass, '--host', '127.0.0.1', ...args],
      environment: sparkEnvironment(this.#home, join(this.#directory, `${name}-local`)),
      logFile: join(this.#directory, `${name}.log`),
      ...watching,
    });
  }
}

/** @param localDirectory  for shuffle files and what spills */
export function sparkEnvironment(
  { sparkBin, toolsBin }: SparkHome,
  localDirectory: string,
): Record<string, string> {
  return {
    SPARK_HOME: join(sparkBin, '..'),
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: localDirectory,
    SPARK_DAEMON_MEMORY: '256m',
    PYSPARK_PYTHON: join(toolsBin, 'python3'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
}
