import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { EVERYTHING_EXISTS, resourcesOf, templateOf, typesOf } from './synthesised.ts';

const template = templateOf();

describe('the ledger', () => {
  it('survives a mistake: recoverable to any second, protected, kept when the stack goes', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });
});

describe('buckets', () => {
  const buckets = Object.entries(resourcesOf(template, 'AWS::S3::Bucket'));

  it('are private, encrypted, versioned, and kept when the stack goes', () => {
    expect(buckets).toHaveLength(2);
    for (const [, bucket] of buckets) {
      expect(bucket.DeletionPolicy).toBe('Retain');
      expect(bucket.Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: expect.anything(),
        LifecycleConfiguration: expect.anything(),
      });
    }
  });

  it('and the topic and the queue are spoken to over TLS only', () => {
    const policies = ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'];
    for (const type of policies) {
      for (const { Properties } of Object.values(resourcesOf(template, type))) {
        expect(JSON.stringify(Properties.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
      }
    }
  });
});

describe('what an account already has', () => {
  const existing = templateOf(EVERYTHING_EXISTS);

  it('is used, not created again', () => {
    const types = typesOf(existing);
    expect(types.filter((type) => type.startsWith('AWS::EC2::') || type === 'AWS::KMS::Key')).toEqual([]);
    existing.resourceCountIs('AWS::S3::Bucket', 1);
  });

  it('encrypts table, buckets and topic', () => {
    existing.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    existing.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: EVERYTHING_EXISTS.kmsKeyArn,
    });
    expect(JSON.stringify(resourcesOf(existing, 'AWS::S3::Bucket'))).toContain(EVERYTHING_EXISTS.kmsKeyArn);
  });

  it('is where clusters go and where they log', () => {
    existing.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'flarepath-launch-cluster',
      Environment: {
        Variables: Match.objectLike({
          EMR_LOGS_URI: 's3://team-logs/emr/flarepath/',
          SUBNETS: '{"subnet-0a1b2c3d":"us-east-1a","subnet-0b1b2c3d":"us-east-1b"}',
          EMR_SERVICE_SECURITY_GROUP: 'sg-0c1b2c3d',
        }),
      },
    });
  });

  it('bounds every role and tags what is created', () => {
    for (const { Properties } of Object.values(resourcesOf(existing, 'AWS::IAM::Role'))) {
      expect(Properties.PermissionsBoundary).toBe('arn:aws:iam::123456789012:policy/boundary');
      expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'data' });
    }
    existing.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'data@example.com',
    });
  });
});

describe('a network of our own', () => {
  it('has three zones, no way to the internet, and no code that empties a security group', () => {
    template.resourceCountIs('AWS::EC2::Subnet', 3);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::InternetGateway', 0);
    template.resourceCountIs('AWS::EC2::FlowLog', 1);
    const types = typesOf(template);
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual(
      [],
    );
  });

  it('carries the tag that EMR’s service policy asks for', () => {
    const tagged = [
      ...Object.values(resourcesOf(template, 'AWS::EC2::Subnet')),
      ...Object.entries(resourcesOf(template, 'AWS::EC2::SecurityGroup'))
        .filter(([id]) => id.includes('SecurityGroups'))
        .map(([, group]) => group),
    ];
    expect(tagged).toHaveLength(6);
    for (const { Properties } of tagged) {
      expect(Properties.Tags).toContainEqual({
        Key: 'for-use-with-amazon-emr-managed-policies',
        Value: 'true',
      });
    }
  });

  it('lies in the zones that the settings name', () => {
    const zoned = templateOf({ zones: ['eu-west-1a', 'eu-west-1c'] });
    const zones = Object.values(resourcesOf(zoned, 'AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties.AvailabilityZone,
    );
    expect(zones).toEqual(['eu-west-1a', 'eu-west-1c']);
  });
});
