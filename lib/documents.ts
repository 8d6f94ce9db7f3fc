import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';
import type { Grant } from './grants.ts';

const NO_ACCESS_LOGS =
  'Who read and wrote is in CloudTrail data events where a team records them; a second bucket per bucket would add cost and no evidence.';
const OLD_VERSIONS_DAYS = 30;
const EMR_LOGS_DAYS = 90;
/** below the clusters' logs */
const EVENT_LOGS = 'event-logs/';

interface PrivateBucketProps {
  /** @default keys that S3 manages */
  readonly key?: kms.IKey | undefined;
  readonly lifecycleRules: s3.LifecycleRule[];
}

/** A bucket that only this account reads, only over TLS, encrypted, versioned. Outlives the stack. */
class PrivateBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id, {
      ...(props.key === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : { encryption: s3.BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true }),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: props.lifecycleRules,
    });
    Validations.of(this).acknowledge({ id: 'AwsSolutions-S1', reason: NO_ACCESS_LOGS });
  }
}

/** Documents too large to hand from state to state, each under its content hash. */
export class Documents extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: { readonly key?: kms.IKey | undefined }) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Bucket', {
      key: props.key,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(OLD_VERSIONS_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
  }

  /** @param actions  operations without their prefix */
  allow(...actions: ('GetObject' | 'PutObject')[]): Grant {
    return {
      actions: actions.map((action) => `s3:${action}`),
      resources: [this.bucket.arnForObjects('documents/*')],
      wildcardReason: 'A document is named by its content, which nobody knows before it is written.',
    };
  }

  /** Price lists and offerings that are kept for a day. */
  allowKeepingMarketLists(): Grant[] {
    return [
      {
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [this.bucket.arnForObjects('market-cache/*')],
        wildcardReason: 'A list is named by what it lists and its region.',
      },
      {
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: { StringEquals: { 's3:prefix': 'market-cache/' } },
      },
    ];
  }
}

/** Where clusters write their logs and event logs: the team's bucket, or one of our own. */
export class ClusterLogs extends Construct {
  readonly bucket: s3.Bucket | s3.IBucket;
  /** without slashes at its ends */
  readonly prefix: string;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly existing?: Settings['logBucket']; readonly key?: kms.IKey | undefined },
  ) {
    super(scope, id);
    this.prefix = (props.existing?.prefix ?? 'emr').replace(/^\/+|\/+$/g, '');
    this.bucket =
      props.existing === undefined
        ? new PrivateBucket(this, 'Bucket', {
            key: props.key,
            lifecycleRules: [
              {
                expiration: Duration.days(EMR_LOGS_DAYS),
                noncurrentVersionExpiration: Duration.days(1),
                abortIncompleteMultipartUploadAfter: Duration.days(1),
              },
            ],
          })
        : s3.Bucket.fromBucketName(this, 'Bucket', props.existing.name);
  }

  /** `s3://bucket/prefix/` */
  get uri(): string {
    return `s3://${this.bucket.bucketName}/${this.folder}`;
  }

  /** What nodes write: EMR's logs and Spark's event logs, which Spark lists and reads as it rolls them. */
  allowNodes(): Grant[] {
    const objects = this.objectsBelow('');
    return [
      this.listingBelow('', 'StringLikeIfExists'),
      { actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], ...objects },
      // Spark renames an event log's `.inprogress` marker when the application ends and removes parts that it
      // compacted. S3 knows no renaming: the file system copies, then deletes.
      { actions: ['s3:DeleteObject'], ...this.objectsBelow(EVENT_LOGS) },
    ];
  }

  allowReadingEventLogs(): Grant[] {
    return [
      this.listingBelow(EVENT_LOGS, 'StringLike'),
      { actions: ['s3:GetObject'], ...this.objectsBelow(EVENT_LOGS) },
    ];
  }

  /** Spark logs only into a folder that is there: whoever launches makes it. */
  allowMakingEventLogFolder(): Grant {
    return { actions: ['s3:PutObject'], ...this.objectsBelow(EVENT_LOGS) };
  }

  private listingBelow(folder: string, operator: 'StringLike' | 'StringLikeIfExists'): Grant {
    return {
      actions: ['s3:ListBucket'],
      resources: [this.bucket.bucketArn],
      conditions: { [operator]: { 's3:prefix': [`${this.folder}${folder}*`] } },
    };
  }

  private objectsBelow(folder: string): Pick<Grant, 'resources' | 'wildcardReason'> {
    return {
      resources: [this.bucket.arnForObjects(`${this.folder}${folder}*`)],
      wildcardReason: 'EMR and Spark name log files by cluster, application and part.',
    };
  }

  private get folder(): string {
    return `${this.prefix}/`;
  }
}
