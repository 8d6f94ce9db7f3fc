import { RUN_TAGS } from '../../../core/contracts/cluster.ts';
import type { ClockEntry, Kernel } from '../../contracts.ts';
import type {
  ApplicationEnd,
  ApplicationRequest,
  Progress,
  RunningApplication,
} from '../../world/spark/running-application.ts';
import { SparkApplication } from '../../world/spark/application.ts';
import { stepCommand, type StepCommand } from '../../world/spark/step-command.ts';
import { MS_PER_MINUTE } from '../../world/draws.ts';
import type { Instance } from '../../world/instances.ts';
import type { World } from '../../world/world.ts';
import { faultSubject, type ClusterRecord, type Step } from './model.ts';
import { troubleOf } from './step-trouble.ts';

const OTHER_STEP_MS = 20_000;
const MISSING_INPUT_MS = 45_000;

export type StepOutcome =
  { readonly succeeded: true } | { readonly succeeded: false; readonly reason: string };

/** One step at work: a Spark application, or something short. */
export class RunningStep {
  readonly step: Step;
  readonly #kernel: Kernel;
  readonly #world: World;
  readonly #cluster: ClusterRecord;
  #application: RunningApplication | null = null;
  #starving = false;
  #timer: ClockEntry | null = null;
  /** share of the work after which a worker is lost; null: none, or lost already */
  #losesNodeAfterShare: number | null = null;

  constructor(
    kernel: Kernel,
    world: World,
    cluster: ClusterRecord,
    step: Step,
    instances: () => readonly Instance[],
    onEnd: (outcome: StepOutcome) => void,
  ) {
    this.step = step;
    this.#kernel = kernel;
    this.#world = world;
    this.#cluster = cluster;
    const command = stepCommand(argumentsOf(step));
    const missing = command.inputs.find((uri) => !world.storage.exists(uri));
    if (command.kind === 'spark' && missing === undefined) this.#queueSpark(command, instances, onEnd);
    else if (missing === undefined) this.#endAfter(OTHER_STEP_MS, { succeeded: true }, onEnd);
    else
      this.#endAfter(
        MISSING_INPUT_MS,
        { succeeded: false, reason: `Path does not exist: ${missing}` },
        onEnd,
      );
  }

  get application(): RunningApplication | null {
    return this.#application;
  }

  get progress(): Progress | null {
    return this.#application?.progress() ?? null;
  }

  /** Whether YARN has given its application nothing yet. */
  get starving(): boolean {
    return this.#starving || this.#application?.executors === 0;
  }

  /** @returns a worker that the scenario wants lost now */
  nodeToLose(instances: readonly Instance[]): Instance | undefined {
    const share = this.#losesNodeAfterShare;
    if (share === null || this.#application === null || (this.progress?.workDone ?? 0) < share)
      return undefined;
    this.#losesNodeAfterShare = null;
    const { driverNode } = this.#application;
    return instances.filter((instance) => instance.ec2Id !== driverNode).at(-1);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#application?.kill();
  }

  #endAfter(delayMs: number, outcome: StepOutcome, onEnd: (outcome: StepOutcome) => void): void {
    this.#timer = this.#kernel.clock.after(delayMs, 'emr step ends', () => {
      onEnd(outcome);
    });
  }

  #queueSpark(
    command: StepCommand,
    instances: () => readonly Instance[],
    onEnd: (outcome: StepOutcome) => void,
  ): void {
    const subject = { ...faultSubject(this.#cluster), step: this.step.config.Name };
    this.#losesNodeAfterShare = this.#kernel.fault('lost-node', subject)?.share ?? null;
    const waits = this.#kernel.fault('starvation', subject);
    if (waits === undefined) return this.#startSpark(command, instances(), onEnd);
    this.#starving = true;
    this.#timer = this.#kernel.clock.after(waits.minutes * MS_PER_MINUTE, 'yarn has room', () => {
      this.#starving = false;
      this.#startSpark(command, instances(), onEnd);
    });
  }

  #startSpark(
    command: StepCommand,
    instances: readonly Instance[],
    onEnd: (outcome: StepOutcome) => void,
  ): void {
    if (this.#world.startApplication !== undefined) {
      this.#application = this.#world.startApplication(this.#request(command), instances, onEndOf(onEnd));
      return;
    }
    const { tags, id: clusterId, createdMs, steps } = this.#cluster;
    const { Name: name } = this.step.config;
    const job = tags.get(RUN_TAGS.job);
    const { program, stages } = this.#world.programOf(job, tags.get(RUN_TAGS.task), name);
    const number = steps.indexOf(this.step) + 1;
    const applicationId = `application_${createdMs}_${String(number).padStart(4, '0')}`;
    this.#application = new SparkApplication(
      {
        applicationId,
        clusterId,
        name: command.conf['spark.app.name'] ?? name,
        program,
        stages,
        command,
        conf: { ...sparkDefaults(this.#cluster), ...command.conf },
        seed: `${this.#cluster.input.Name}/${number}`,
        trouble: troubleOf(this.#kernel, this.#world, this.#cluster, this.step, command.inputs),
      },
      {
        kernel: this.#kernel,
        storage: this.#world.storage,
        billing: this.#world.billing,
        parameters: this.#world.file.spark,
      },
      instances,
      onEndOf(onEnd),
    );
  }

  /** What somebody needs to run the step for real. */
  #request(command: StepCommand): ApplicationRequest {
    const { id: clusterId, input } = this.#cluster;
    const args = argumentsOf(this.step);
    return {
      clusterId,
      instanceProfile: input.JobFlowRole ?? '',
      bootstrapActions: input.BootstrapActions.map(({ Name, ScriptBootstrapAction: { Path, Args } }) => ({
        name: Name,
        path: Path,
        args: Args,
      })),
      stepName: this.step.config.Name,
      command,
      args: args.slice(args.indexOf(command.application) + 1),
      conf: { ...sparkDefaults(this.#cluster), ...command.conf },
    };
  }
}

function onEndOf(onEnd: (outcome: StepOutcome) => void) {
  return ({ succeeded, reason }: ApplicationEnd): void =>
    onEnd(succeeded ? { succeeded } : { succeeded, reason });
}

/** `command-runner.jar` runs its arguments; any other jar is a program of its own with these arguments. */
function argumentsOf(step: Step): string[] {
  const { Jar, Args, MainClass } = step.config.HadoopJarStep;
  if (Jar === 'command-runner.jar' || Jar.endsWith('/command-runner.jar')) return Args;
  return ['spark-submit', ...(MainClass === undefined ? [] : ['--class', MainClass]), Jar, ...Args];
}

function sparkDefaults(cluster: ClusterRecord): Record<string, string> {
  const entries = cluster.input.Configurations.filter((entry) => entry.Classification === 'spark-defaults');
  return Object.fromEntries(entries.flatMap((entry) => Object.entries(entry.Properties)));
}
