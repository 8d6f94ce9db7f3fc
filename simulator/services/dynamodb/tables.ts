import * as z from 'zod';
import type { Kernel, ResourceHandler } from '../../contracts.ts';
import { ignored, parseKnown, templateFlag } from '../known.ts';
import { physicalName, uuid } from '../names.ts';
import type { DynamoDbEngine } from './engine.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const Index = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
  WarmThroughput: ignored,
  ContributorInsightsSpecification: ignored,
});

const TableProperties = z.strictObject({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema,
  /** provisioned tables throttle by their capacity, which is not modelled */
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z.array(Index).optional(),
  LocalSecondaryIndexes: z.array(Index).optional(),
  /** DynamoDB deletes expired items within days; until then they are read like any other */
  TimeToLiveSpecification: z
    .strictObject({ AttributeName: z.string().optional(), Enabled: templateFlag })
    .optional(),
  Replicas: z
    .array(z.looseObject({ Region: z.string() }))
    .max(1, { error: 'one replica only, in the own region' })
    .optional(),
  SSESpecification: ignored,
  PointInTimeRecoverySpecification: ignored,
  DeletionProtectionEnabled: ignored,
  ContributorInsightsSpecification: ignored,
  TableClass: ignored,
  WarmThroughput: ignored,
  Tags: ignored,
});

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly keyNames: readonly string[];
}

/** Creates tables from `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable` (TableV2). */
export function tableHandler(
  type: string,
  engine: DynamoDbEngine,
  tables: Map<string, Table>,
): ResourceHandler {
  return (logicalId, properties, kernel) => {
    const parsed = parseKnown(`${type} ${logicalId}`, TableProperties, properties);
    const name = parsed.TableName ?? physicalName(kernel, logicalId, 255);
    const arn = tableArn(kernel, name);
    const id = uuid(kernel.random(`table:${name}`));
    tables.set(name, { name, arn, keyNames: parsed.KeySchema.map((key) => key.AttributeName) });
    const description = describe(parsed, { name, arn, id, nowMs: kernel.clock.nowMs() });
    engine.addTable(name, description);
    return { ref: name, attributes: { Arn: arn, TableId: id } };
  };
}

export function tableArn(kernel: Kernel, name: string): string {
  return `arn:aws:dynamodb:${kernel.region}:${kernel.accountId}:table/${name}`;
}

function describe(
  table: z.output<typeof TableProperties>,
  { name, arn, id, nowMs }: { name: string; arn: string; id: string; nowMs: number },
): Record<string, unknown> {
  const createdAtSeconds = nowMs / 1000;
  const onDemand = { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 };
  const index = (properties: z.output<typeof Index>) => ({
    IndexName: properties.IndexName,
    KeySchema: properties.KeySchema,
    Projection: properties.Projection,
    IndexArn: `${arn}/index/${properties.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
  });
  return {
    TableName: name,
    TableArn: arn,
    TableId: id,
    TableStatus: 'ACTIVE',
    CreationDateTime: createdAtSeconds,
    AttributeDefinitions: table.AttributeDefinitions,
    KeySchema: table.KeySchema,
    ItemCount: 0,
    TableSizeBytes: 0,
    ProvisionedThroughput: onDemand,
    BillingModeSummary: {
      BillingMode: 'PAY_PER_REQUEST',
      LastUpdateToPayPerRequestDateTime: createdAtSeconds,
    },
    ...(table.GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map((each) => ({
        ...index(each),
        IndexStatus: 'ACTIVE',
        ProvisionedThroughput: onDemand,
      })),
    }),
    ...(table.LocalSecondaryIndexes && { LocalSecondaryIndexes: table.LocalSecondaryIndexes.map(index) }),
  };
}
