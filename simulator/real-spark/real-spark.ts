import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import { startLoopback } from '../protocols/loopback.ts';
import type { Instance } from '../world/instances.ts';
import type {
  ApplicationEnd,
  ApplicationRequest,
  RunningApplication,
} from '../world/spark/running-application.ts';
import type { Lake } from './lake.ts';
import { Programs } from './programs.ts';
import { RealApplication } from './real-application.ts';
import { StandaloneCluster, type SparkHome } from './standalone-cluster.ts';
import { YarnFacade } from './yarn-facade.ts';

const REPORTER = 'Flarepath: report progress';
const REPORT_EVERY_SECONDS = '5';

interface ClusterOnMachine {
  readonly standalone: StandaloneCluster;
  readonly yarn: YarnFacade;
  readonly directory: string;
}

/** Runs the Spark steps of a scenario for real, on this machine. */
export class RealSpark {
  readonly #home: SparkHome;
  readonly #lake: Lake;
  readonly #directory: string;
  readonly #programs = new Programs();
  readonly #clusters = new Map<string, ClusterOnMachine>();
  readonly #applications: { readonly clusterId: string; readonly application: RealApplication }[] = [];
  readonly #delivered: (() => void)[] = [];
  #scenario: Scenario | undefined;
  #aws: { readonly url: string; close(): Promise<void> } | undefined;

  /** @param directory  for logs and what workers keep */
  constructor(home: SparkHome, lake: Lake, directory: string) {
    this.#home = home;
    this.#lake = lake;
    this.#directory = directory;
  }

  /** Joins a scenario that was created with `startApplication`; its simulated AWS is now also reached by programs. */
  async join(scenario: Scenario): Promise<void> {
    this.#scenario = scenario;
    this.#aws = await startLoopback(scenario.kernel);
    scenario.kernel.join({
      busy: () => false,
      atQuiescence: () => {
        const tasks = this.#delivered.splice(0);
        for (const task of tasks) task();
        return tasks.length > 0;
      },
    });
  }

  /** The cluster whose step is at work; undefined: none is. */
  get clusterAtWork(): string | undefined {
    return this.#applications.find(({ application }) => !application.over)?.clusterId;
  }

  /** What the scenario calls in place of its modelled Spark. */
  readonly startApplication = (
    request: ApplicationRequest,
    instances: readonly Instance[],
    onEnd: (end: ApplicationEnd) => void,
  ): RunningApplication => {
    const { clusterId, command, conf } = request;
    const { standalone, yarn, directory } = this.#cluster(request);
    standalone.setNodes(instances.filter(({ role }) => role !== 'MASTER'));
    const own = join(directory, `step-${this.#applications.length + 1}`);
    mkdirSync(own, { recursive: true });
    const programFile = join(own, 'program.py');
    writeFileSync(programFile, this.#read(command.application));
    const ground = {
      programs: this.#programs,
      home: this.#home,
      lake: this.#lake,
      cluster: standalone,
      directory: own,
      programFile,
      track: (driver: Parameters<YarnFacade['track']>[0]) => yarn.track(driver),
      deliver: (task: () => void) => void this.#delivered.push(task),
    };
    const application = new RealApplication(request, ground, (end) => {
      const { s3 } = this.#joined().services;
      if (command.output !== null) this.#lake.show(s3, command.output, 'sizes');
      const logs = conf['spark.eventLog.dir'];
      if (logs !== undefined) this.#lake.show(s3, logs, 'texts');
      onEnd(end);
    });
    this.#applications.push({ clusterId, application });
    this.#joined().kernel.trace('real-spark', { clusterId, step: request.stepName });
    return application;
  };

  /** Stops what belongs to clusters that are gone. Call now and then. */
  tidyUp(): void {
    const { instances } = this.#joined().world;
    for (const [clusterId, cluster] of this.#clusters) {
      if (instances.ofCluster(clusterId).some(({ endedMs }) => endedMs === null)) continue;
      this.#stop(cluster);
      this.#clusters.delete(clusterId);
    }
  }

  async close(): Promise<void> {
    for (const cluster of this.#clusters.values()) this.#stop(cluster);
    this.#programs.close();
    await this.#aws?.close();
  }

  #joined(): Scenario {
    if (this.#scenario === undefined)
      throw new Error('RealSpark runs steps only after it has joined a scenario');
    return this.#scenario;
  }

  #cluster(request: ApplicationRequest): ClusterOnMachine {
    const known = this.#clusters.get(request.clusterId);
    if (known !== undefined) return known;
    const directory = join(this.#directory, request.clusterId);
    const cluster = {
      standalone: new StandaloneCluster(this.#programs, this.#home, directory),
      yarn: new YarnFacade(),
      directory,
    };
    this.#clusters.set(request.clusterId, cluster);
    void cluster.yarn.listen().then((url) => this.#startReporter(request, cluster, url));
    return cluster;
  }

  /** As EMR does on the primary node; only what describes the node, and where YARN is, is said besides. */
  #startReporter(request: ApplicationRequest, { directory }: ClusterOnMachine, yarnUrl: string): void {
    const action = request.bootstrapActions.find(({ name }) => name === REPORTER);
    if (action === undefined || this.#aws === undefined) return;
    const { kernel } = this.#joined();
    const info = join(directory, 'info');
    mkdirSync(info, { recursive: true });
    writeFileSync(join(info, 'instance.json'), JSON.stringify({ isMaster: true }));
    writeFileSync(join(info, 'job-flow.json'), JSON.stringify({ jobFlowId: request.clusterId }));
    const program = join(info, 'bootstrap-action.py');
    writeFileSync(program, this.#read(action.path));
    const role = kernel.access.roleOfInstanceProfile(request.instanceProfile)?.arn ?? '';
    this.#programs.start({
      command: join(this.#home.toolsBin, 'python3'),
      args: [
        ...[program, ...action.args, '--every-seconds', REPORT_EVERY_SECONDS, '--resource-manager', yarnUrl],
        ...['--aws', join(this.#home.toolsBin, 'aws'), '--info', info, '--home', join(directory, 'reporter')],
      ],
      environment: {
        AWS_ENDPOINT_URL: this.#aws.url,
        AWS_ACCESS_KEY_ID: kernel.accessKeys.keyOf({
          kind: 'role',
          id: role,
          assumedBy: 'ec2.amazonaws.com',
        }),
        AWS_SECRET_ACCESS_KEY: 'simulated-secret-access-key',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      logFile: join(directory, 'bootstrap.log'),
    });
  }

  #stop({ standalone, yarn, directory }: ClusterOnMachine): void {
    standalone.stop();
    yarn.close();
    // The reporter outlives its bootstrap action, in a session of its own: it left its process id.
    const lock = join(directory, 'reporter', 'lock');
    const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if (pid > 1) killIfThere(pid);
  }

  #read(uri: string): string {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    const text = this.#joined().services.s3.read(bucket, key);
    if (text === undefined) throw new Error(`${uri} is not in the simulated S3`);
    return text;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
