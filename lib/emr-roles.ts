import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ClusterLogs } from './documents.ts';
import { grantAll, type Grant } from './grants.ts';
import type { JobData } from './job-data.ts';
import type { Jobs } from './jobs.ts';
import type { CustomerKey } from './customer-key.ts';
import type { Ledger } from './ledger.ts';
import type { ProgressReporter } from './progress-reporter.ts';

interface EmrRolesProps {
  readonly logs: ClusterLogs;
  readonly jobs: Jobs;
  readonly data: JobData;
  readonly key: CustomerKey;
  readonly ledger: Ledger;
  readonly reporter: ProgressReporter;
}

/** Who EMR is when it builds a cluster, and who the cluster's nodes are when they read and write. */
export class EmrRoles extends Construct {
  readonly serviceRoleArn: string;
  readonly instanceProfileArn: string;
  private readonly instanceRoleArn: string;

  constructor(scope: Construct, id: string, props: EmrRolesProps) {
    super(scope, id);
    const nodes = this.createInstanceRole(props);
    const profile = new iam.CfnInstanceProfile(this, 'InstanceProfile', { roles: [nodes.roleName] });
    const service = this.createServiceRole(nodes, props.key);
    this.serviceRoleArn = service.roleArn;
    this.instanceProfileArn = profile.attrArn;
    this.instanceRoleArn = nodes.roleArn;
  }

  /** What a launcher needs to hand both roles on, each to its service alone. */
  allowPassing(): Grant[] {
    return [
      passRole(this.serviceRoleArn, 'elasticmapreduce.amazonaws.com'),
      passRole(this.instanceRoleArn, 'ec2.amazonaws.com'),
    ];
  }

  private createServiceRole(nodes: iam.Role, key: CustomerKey): iam.Role {
    const stack = Stack.of(this);
    const role = new iam.Role(this, 'Service', {
      description: 'EMR, building and tearing down clusters',
      assumedBy: new iam.ServicePrincipal('elasticmapreduce.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': `arn:${stack.partition}:elasticmapreduce:${stack.region}:${stack.account}:*`,
          },
        },
      }),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonEMRServicePolicy_v2')],
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2]',
      reason: 'AWS keeps this policy in step with what EMR calls; it reaches only what carries EMR’s tag.',
    });
    grantAll(role, [passRole(nodes.roleArn, 'ec2.amazonaws.com'), ...key.allowDisks()]);
    return role;
  }

  private createInstanceRole(props: EmrRolesProps): iam.Role {
    const { partition, region } = Stack.of(this);
    const role = new iam.Role(this, 'Instance', {
      description: 'Cluster nodes, reading inputs and artefacts, writing outputs and logs',
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    });
    grantAll(role, [
      ...props.data.allowNodes(),
      props.jobs.allowReadingArtefacts(partition),
      ...props.logs.allowNodes(),
      {
        actions: ['s3:GetObject'],
        resources: [
          `arn:${partition}:s3:::${region}.elasticmapreduce/*`,
          `arn:${partition}:s3:::repo.${region}.emr.amazonaws.com/*`,
        ],
        wildcardReason: 'EMR’s own public packages and scripts.',
      },
      {
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'Flarepath' } },
        wildcardReason: 'PutMetricData knows no resources; the condition binds it to one namespace.',
      },
      props.reporter.allowNodes(),
      props.ledger.allowReportingProgress(),
      ...props.key.allowData('s3', 'dynamodb'),
    ]);
    return role;
  }
}

function passRole(role: string, service: string): Grant {
  return {
    actions: ['iam:PassRole'],
    resources: [role],
    conditions: { StringEquals: { 'iam:PassedToService': service } },
  };
}
