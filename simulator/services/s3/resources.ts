import * as z from 'zod';
import type { Kernel, ResourceHandler } from '../../contracts.ts';
import { accountKeyArn } from '../kms.ts';
import { ignored, parseKnown, templateFlag } from '../known.ts';
import { physicalName } from '../names.ts';
import type { Bucket, BucketSettings } from './bucket.ts';

const Notifications = z.strictObject({
  EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: templateFlag.default(true) }).optional(),
});

const Encryption = z.strictObject({
  ServerSideEncryptionConfiguration: z.array(
    z.strictObject({
      ServerSideEncryptionByDefault: z
        .strictObject({ SSEAlgorithm: z.string(), KMSMasterKeyID: z.string().optional() })
        .optional(),
      BucketKeyEnabled: ignored,
      BlockedEncryptionTypes: ignored,
    }),
  ),
});

const BucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: Encryption.optional(),
  NotificationConfiguration: Notifications.optional(),
  /** old versions are kept on AWS and are not visible to the operations that are simulated */
  VersioningConfiguration: ignored,
  /** objects of a simulation live shorter than any sensible expiry */
  LifecycleConfiguration: ignored,
  PublicAccessBlockConfiguration: ignored,
  OwnershipControls: ignored,
  LoggingConfiguration: ignored,
  CorsConfiguration: ignored,
  MetricsConfigurations: ignored,
  Tags: ignored,
});

const PolicyProperties = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });

/** What the CDK writes for `eventBridgeEnabled`: a custom resource that configures the bucket. */
const NotificationProperties = z.strictObject({
  ServiceToken: ignored,
  BucketName: z.string(),
  NotificationConfiguration: Notifications,
  Managed: ignored,
  SkipDestinationValidation: ignored,
});

/** Creates buckets, their policies and their notifications from a template. */
export function bucketResources(
  createBucket: (settings: Omit<BucketSettings, 'createdAtMs'>) => Bucket,
  bucketNamed: (name: string) => Bucket,
): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::S3::Bucket': (logicalId, properties, kernel) => {
      const parsed = parseKnown(`AWS::S3::Bucket ${logicalId}`, BucketProperties, properties);
      const name = parsed.BucketName ?? physicalName(kernel, logicalId, 63).toLowerCase();
      const bucket = createBucket({ name, kmsKeyArn: kmsKeyArn(kernel, parsed.BucketEncryption) });
      bucket.sendsEvents = sendsEvents(parsed.NotificationConfiguration);
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${kernel.region}.amazonaws.com`,
          DualStackDomainName: `${name}.s3.dualstack.${kernel.region}.amazonaws.com`,
        },
      };
    },
    'AWS::S3::BucketPolicy': (logicalId, properties) => {
      const parsed = parseKnown(`AWS::S3::BucketPolicy ${logicalId}`, PolicyProperties, properties);
      bucketNamed(parsed.Bucket).policies.push(parsed.PolicyDocument);
      return { ref: parsed.Bucket, attributes: {} };
    },
    'Custom::S3BucketNotifications': (logicalId, properties) => {
      const what = `Custom::S3BucketNotifications ${logicalId}`;
      const parsed = parseKnown(what, NotificationProperties, properties);
      bucketNamed(parsed.BucketName).sendsEvents = sendsEvents(parsed.NotificationConfiguration);
      return { ref: logicalId, attributes: {} };
    },
  };
}

function sendsEvents(notifications: z.output<typeof Notifications> | undefined): boolean {
  return notifications?.EventBridgeConfiguration?.EventBridgeEnabled ?? false;
}

function kmsKeyArn(kernel: Kernel, encryption: z.output<typeof Encryption> | undefined): string | undefined {
  const rule = encryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault;
  return rule?.SSEAlgorithm.startsWith('aws:kms') === true
    ? accountKeyArn(kernel, rule.KMSMasterKeyID)
    : undefined;
}
