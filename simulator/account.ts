import type { ResourceHandler } from './contracts.ts';
import { createNetwork, groundResources, type Network } from './deploy/ground-resources.ts';
import { iamResources } from './deploy/iam-resources.ts';
import type { KernelHost } from './kernel/index.ts';
import { managedPolicyDocument } from './kernel/iam/managed-policies.ts';
import type { Connect } from './protocols/direct.ts';
import { createCloudWatchService } from './services/cloudwatch.ts';
import { createDynamoDbService, type DynamoDbService } from './services/dynamodb/service.ts';
import { createEc2Service } from './services/ec2/service.ts';
import { createEmrService } from './services/emr/service.ts';
import { reportOf } from './services/emr/report-of.ts';
import { createEventBridgeService, type EventBridgeService } from './services/eventbridge/service.ts';
import type { ServiceEvent } from './services/eventbridge/event.ts';
import type { GuestHandler } from './services/lambda/guest-handler.ts';
import { createLambdaService, type LambdaService } from './services/lambda/service.ts';
import { createPricingService } from './services/pricing.ts';
import { createS3Service, type S3Service } from './services/s3/service.ts';
import { createSchedulerService, type SchedulerService } from './services/scheduler/service.ts';
import { createSecretsManagerService } from './services/secrets-manager.ts';
import { createServiceQuotasService } from './services/service-quotas.ts';
import { createSnsService, type SnsService } from './services/sns/service.ts';
import { createSqsService, type SqsService } from './services/sqs/service.ts';
import { createStsService } from './services/sts.ts';
import { createSfnService, type SfnService } from './states/service.ts';
import type { StartApplication } from './world/spark/running-application.ts';
import { storageOn } from './world/storage.ts';
import type { WorldFile } from './world/world-file.ts';
import { createWorld, type World } from './world/world.ts';

/** The services of the account, for those who read results without going through calls. */
export interface AccountServices {
  readonly dynamodb: DynamoDbService;
  readonly eventbridge: EventBridgeService;
  readonly lambda: LambdaService;
  readonly s3: S3Service;
  readonly scheduler: SchedulerService;
  readonly sfn: SfnService;
  readonly sns: SnsService;
  readonly sqs: SqsService;
}

export interface Account {
  readonly services: AccountServices;
  readonly world: World;
  readonly network: Network;
  /** creates every resource type that is simulated */
  readonly handlers: Readonly<Record<string, ResourceHandler>>;
}

interface AccountOptions {
  readonly world: WorldFile;
  readonly requestHandler?: object | undefined;
  readonly connect?: Connect | undefined;
  readonly endpointUrl?: string | undefined;
  readonly codeDirectory: (code: { bucket: string; key: string }) => string;
  readonly functions?: Readonly<Record<string, GuestHandler>> | undefined;
  readonly onLog?: ((functionName: string, text: string) => void) | undefined;
  /** runs steps in place of the modelled Spark */
  readonly startApplication?: StartApplication | undefined;
}

const EMR_SERVICE_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2';

/** Every simulated service and the world behind them, known to one another and registered with the kernel. */
export function createAccount(kernel: KernelHost, options: AccountOptions): Account {
  const network = createNetwork();
  const eventbridge = createEventBridgeService(kernel);
  const publish = (event: ServiceEvent): void => eventbridge.publish(event);
  const s3 = createS3Service(kernel, publish);
  const storage = storageOn(s3, hasBucket(s3));
  const world = createWorld(kernel, options.world, storage, publish, options.startApplication);
  const cloudwatch = createCloudWatchService(kernel);
  const secretsManager = createSecretsManagerService(kernel);
  const emr = createEmrService(kernel, {
    world,
    publish,
    putMetric: cloudwatch.putMetric,
    roleOfInstanceProfile: (profile) => kernel.access.roleOfInstanceProfile(profile)?.arn,
    zoneOfSubnet: (subnetId) => network.subnets.get(subnetId)?.zone,
    needsManagedTag: (role) =>
      kernel.access.role(role)?.policies.includes(managedPolicyDocument(EMR_SERVICE_POLICY)) === true,
  });
  const services: AccountServices = {
    eventbridge,
    s3,
    dynamodb: createDynamoDbService(kernel, (table, key) => reportOf(kernel, emr, table, key)),
    lambda: createLambdaService(kernel, {
      requestHandler: options.requestHandler,
      connect: options.connect,
      endpointUrl: options.endpointUrl,
      codeDirectory: options.codeDirectory,
      handlers: options.functions,
      onLog: options.onLog,
      accessKeyOf: (principal) => kernel.accessKeys.keyOf(principal),
    }),
    scheduler: createSchedulerService(kernel),
    sfn: createSfnService(kernel, {
      publish,
      authorise: (principal, permissions) => kernel.authorise(principal, permissions),
    }),
    sns: createSnsService(kernel),
    sqs: createSqsService(kernel),
  };
  kernel.register(
    ...servicesOf(services),
    cloudwatch,
    secretsManager,
    createPricingService(kernel, world.market),
    createServiceQuotasService(kernel, world.file.quotas),
    createStsService(kernel),
    createEc2Service(kernel, { world, subnets: () => subnetsOf(network) }),
    emr,
  );
  const own = [...servicesOf(services), secretsManager].map(({ resources }) => resources);
  const handlers = Object.fromEntries(
    [groundResources(network, kernel.access), iamResources(kernel.access), ...own].flatMap(
      Object.entries<ResourceHandler>,
    ),
  );
  return { services, world, network, handlers };
}

function servicesOf(services: AccountServices): AccountServices[keyof AccountServices][] {
  const { dynamodb, eventbridge, lambda, s3, scheduler, sfn, sns, sqs } = services;
  return [dynamodb, eventbridge, lambda, s3, scheduler, sfn, sns, sqs];
}

function hasBucket(s3: S3Service): (bucket: string) => boolean {
  return (bucket) => {
    try {
      s3.list(bucket);
      return true;
    } catch {
      return false;
    }
  };
}

function subnetsOf(network: Network) {
  return [...network.subnets.values()].map(({ id, ...subnet }) => ({ subnetId: id, ...subnet }));
}
