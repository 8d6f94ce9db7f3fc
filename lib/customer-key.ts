import { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Grant } from './grants.ts';

/** The team's KMS key, where the settings name one. Without one, services encrypt with keys of their own. */
export class CustomerKey extends Construct {
  readonly key: kms.IKey | undefined;

  constructor(scope: Construct, id: string, props: { readonly arn?: string | undefined }) {
    super(scope, id);
    this.key = props.arn === undefined ? undefined : kms.Key.fromKeyArn(this, 'Key', props.arn);
  }

  /** @param services  through which data is encrypted and decrypted, and no other way */
  allowData(...services: ('s3' | 'dynamodb' | 'sns' | 'secretsmanager')[]): Grant[] {
    if (this.key === undefined || services.length === 0) return [];
    const { region, urlSuffix } = Stack.of(this);
    return [
      {
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.${urlSuffix}`) },
        },
      },
    ];
  }

  /** What EMR needs where the account encrypts its nodes' disks with this key. */
  allowDisks(): Grant[] {
    if (this.key === undefined) return [];
    return [
      {
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: [this.key.keyArn],
      },
      {
        actions: ['kms:CreateGrant'],
        resources: [this.key.keyArn],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ];
  }
}
