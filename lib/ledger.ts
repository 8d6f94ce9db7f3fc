import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Grant } from './grants.ts';

type LedgerAction = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

interface LedgerProps {
  /** @default the key that DynamoDB owns */
  readonly key?: kms.IKey | undefined;
}

/** The memory: one table of runs, leases, wake-ups, decisions, spend, records and models. Outlives the stack. */
export class Ledger extends Construct {
  readonly table: dynamodb.TableV2;

  constructor(scope: Construct, id: string, props: LedgerProps) {
    super(scope, id);
    this.table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billing: dynamodb.Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      encryption:
        props.key === undefined
          ? dynamodb.TableEncryptionV2.dynamoOwnedKey()
          : dynamodb.TableEncryptionV2.customerManagedKey(props.key),
    });
  }

  get name(): string {
    return this.table.tableName;
  }

  /** @param actions  operations without their prefix, e.g. `GetItem` */
  allow(...actions: LedgerAction[]): Grant {
    return { actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.tableArn] };
  }

  /** Clusters say how far they are, and write nothing else: code of jobs runs with the same role. */
  allowReportingProgress(): Grant {
    return this.allowPuttingOnly('PROGRESS#*');
  }

  /** What the public reaches writes that a press came, and nothing else. */
  allowTakingPresses(): Grant {
    return this.allowPuttingOnly('SLACK-PRESS#*');
  }

  private allowPuttingOnly(partitions: string): Grant {
    return {
      actions: ['dynamodb:PutItem'],
      resources: [this.table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partitions] } },
    };
  }
}
