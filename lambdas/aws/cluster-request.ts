import { runHashOf } from '../../core/ledger/run-key.ts';
import type {
  BootstrapActionConfig,
  InstanceFleetConfig,
  InstanceFleetResizingSpecifications,
  RunJobFlowCommandInput,
  StepConfig,
} from '@aws-sdk/client-emr';
import { RUN_TAGS } from '../../core/contracts/cluster.ts';
import type { Fleet, FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { DeployedArtefact, DeployedJob } from '../../core/contracts/job.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { IDLE_TIMEOUT_SECONDS } from '../../core/ledger/leak.ts';
import { reporterAction, type ProgressReporter } from './progress-reporter.ts';
import { sparkConfiguration } from './spark-configuration.ts';

/** What the account has that a cluster is made from. */
interface ClusterGrounds {
  readonly assetsBucket: string;
  readonly serviceRoleArn: string;
  readonly instanceProfileArn: string;
  /** `s3://bucket/prefix/` */
  readonly logsUri: string;
  /** zone of each subnet */
  readonly subnets: Readonly<Record<string, string>>;
  readonly primarySecurityGroup: string;
  readonly workerSecurityGroup: string;
  readonly serviceSecurityGroup: string;
  readonly tags: Readonly<Record<string, string>>;
  /** what tells the ledger how far the cluster is; runs beside the job's own bootstrap actions */
  readonly reporter: ProgressReporter;
}

/** Minutes that the first launch waits for spot before it buys on demand; EMR allows 5 to 1440. */
const SPOT_TIMEOUT_MINUTES = 10;
/** Resizes of a fleet queue behind one another, so none may wait long; EMR allows 5 to 10080 minutes. */
const RESIZE_TIMEOUT_MINUTES = 5;
const PRIMARY_DISK_GIB = 64;
const BOOTSTRAP_ACTIONS_MAX = 16;

/**
 * The whole request for an attempt's cluster, its steps inside. Managed scaling is never set: it would change
 * the targets that the pilot sets.
 *
 * @param name  carries the run's hash and the attempt: an unknown outcome is found again by it
 * @param render  fills `{{ … }}` of the job file
 * @throws InvalidInputError  when no subnet lies in the plan's zone
 */
export function clusterRequest(
  name: string,
  job: DeployedJob,
  plan: FleetPlan,
  grounds: ClusterGrounds,
  render: (text: string) => string,
): RunJobFlowCommandInput {
  return {
    Name: name,
    ReleaseLabel: job.release,
    Applications: job.applications.map((application) => ({ Name: application })),
    LogUri: grounds.logsUri,
    JobFlowRole: grounds.instanceProfileArn,
    ServiceRole: grounds.serviceRoleArn,
    Instances: {
      InstanceFleets: plan.fleets.filter(isWanted).map((fleet) => fleetConfig(fleet, plan.ebsGib)),
      Ec2SubnetIds: subnetsIn(plan.zone, grounds.subnets),
      EmrManagedMasterSecurityGroup: grounds.primarySecurityGroup,
      EmrManagedSlaveSecurityGroup: grounds.workerSecurityGroup,
      ServiceAccessSecurityGroup: grounds.serviceSecurityGroup,
      KeepJobFlowAliveWhenNoSteps: true,
      TerminationProtected: false,
    },
    AutoTerminationPolicy: { IdleTimeout: IDLE_TIMEOUT_SECONDS },
    StepConcurrencyLevel: 1,
    Steps: job.steps.map((step) => stepConfig(step, grounds.assetsBucket, render)),
    // A job that has as many as EMR allows does without the reporter.
    BootstrapActions: [
      ...job.bootstrap.map((action) => bootstrapAction(action, grounds.assetsBucket, render)),
      reporterAction(grounds.reporter, grounds.assetsBucket, plan),
    ].slice(0, BOOTSTRAP_ACTIONS_MAX),
    Configurations: sparkConfiguration(job, plan, eventLogUri(grounds.logsUri, name)),
    Tags: Object.entries({
      ...grounds.tags,
      [RUN_TAGS.job]: job.name,
      [RUN_TAGS.run]: runHashOf(plan.runKey),
      [RUN_TAGS.task]: job.task,
    }).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Where a cluster's Spark event logs lie. */
export function eventLogUri(logsUri: string, clusterName: string): string {
  return `${logsUri}event-logs/${clusterName}/`;
}

/** How a fleet may change in flight: soon or not at all, by the same strategies as at its launch. */
export function resizeSpecifications(): InstanceFleetResizingSpecifications {
  return {
    SpotResizeSpecification: {
      TimeoutDurationMinutes: RESIZE_TIMEOUT_MINUTES,
      AllocationStrategy: 'price-capacity-optimized',
    },
    OnDemandResizeSpecification: {
      TimeoutDurationMinutes: RESIZE_TIMEOUT_MINUTES,
      AllocationStrategy: 'lowest-price',
    },
  };
}

/**
 * A fleet as EMR takes it. The strategies stand on every fleet, also where they make no difference: EMR allows
 * more than five types a fleet only when each fleet of the cluster has one.
 */
export function fleetConfig(fleet: Fleet, ebsGib: number): InstanceFleetConfig {
  const primary = fleet.role === 'primary';
  const diskGib = primary ? PRIMARY_DISK_GIB : ebsGib;
  return {
    Name: fleet.role,
    InstanceFleetType: EMR_ROLES[fleet.role],
    // The primary fleet is one node whatever its size, so EMR counts it as one unit.
    TargetOnDemandCapacity: primary ? Math.min(fleet.onDemandUnits, 1) : fleet.onDemandUnits,
    TargetSpotCapacity: primary && fleet.onDemandUnits > 0 ? 0 : primary ? 1 : fleet.spotUnits,
    InstanceTypeConfigs: fleet.instanceTypes.map((type) => ({
      InstanceType: type.name,
      ...(primary ? {} : { WeightedCapacity: type.weightUnits }),
      BidPriceAsPercentageOfOnDemandPrice: 100,
      ...(diskGib === 0 ? {} : { EbsConfiguration: diskOf(diskGib) }),
    })),
    LaunchSpecifications: {
      SpotSpecification: {
        TimeoutDurationMinutes: SPOT_TIMEOUT_MINUTES,
        TimeoutAction: 'SWITCH_TO_ON_DEMAND',
        AllocationStrategy: 'price-capacity-optimized',
      },
      OnDemandSpecification: { AllocationStrategy: 'lowest-price' },
    },
    ...(primary ? {} : { ResizeSpecifications: resizeSpecifications() }),
  };
}

const EMR_ROLES = { primary: 'MASTER', core: 'CORE', task: 'TASK' } as const;

/** EMR refuses a fleet without a target; a task fleet that the plan leaves empty is added when it is needed. */
function isWanted(fleet: Fleet): boolean {
  return fleet.onDemandUnits + fleet.spotUnits > 0;
}

function diskOf(sizeGib: number) {
  return {
    EbsBlockDeviceConfigs: [
      { VolumeSpecification: { VolumeType: 'gp3', SizeInGB: sizeGib }, VolumesPerInstance: 1 },
    ],
  };
}

function subnetsIn(zone: string, subnets: Readonly<Record<string, string>>): string[] {
  const here = Object.keys(subnets).filter((subnet) => subnets[subnet] === zone);
  if (here.length > 0) return here;
  const zones = [...new Set(Object.values(subnets))].join(', ');
  throw new InvalidInputError(
    `The plan's zone: found ${zone}, allowed: ${zones} (the deployment's subnets).`,
  );
}

type JobStep = DeployedJob['steps'][number];

function stepConfig(step: JobStep, assetsBucket: string, render: (text: string) => string): StepConfig {
  const artefact = step.script ?? step.jar;
  if (artefact === undefined)
    throw new InvalidInputError(`Step "${step.name}" has neither a script nor a jar.`);
  return {
    Name: step.name,
    // A failed step ends the cluster by EMR's own hand: no bill waits for the next look of the pilot.
    ActionOnFailure: 'TERMINATE_CLUSTER',
    HadoopJarStep: {
      Jar: 'command-runner.jar',
      Args: [
        'spark-submit',
        '--deploy-mode',
        'cluster',
        ...(step.mainClass === undefined ? [] : ['--class', step.mainClass]),
        ...Object.entries(step.spark).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
        artefactUri(artefact, assetsBucket),
        ...step.arguments.map(render),
      ],
    },
  };
}

function bootstrapAction(
  action: DeployedJob['bootstrap'][number],
  assetsBucket: string,
  render: (text: string) => string,
): BootstrapActionConfig {
  return {
    Name: action.name,
    ScriptBootstrapAction: {
      Path: artefactUri(action.script, assetsBucket),
      Args: action.arguments.map(render),
    },
  };
}

function artefactUri(artefact: DeployedArtefact, assetsBucket: string): string {
  return 's3' in artefact ? artefact.s3 : `s3://${assetsBucket}/${artefact.assetKey}`;
}
