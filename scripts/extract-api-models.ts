/**
 * Writes simulator/protocols/models: the published API models reduced to the operations this product uses.
 *
 *   pip download botocore --no-deps && unzip botocore-*.whl -d DIRECTORY
 *   npx tsx scripts/extract-api-models.ts DIRECTORY
 *
 * botocore is AWS's own client for Python (Apache-2.0); its data files are the services' machine-readable models.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

const OPERATIONS: Record<string, { folder: string; operations: string[] }> = {
  emr: {
    folder: 'emr',
    operations: [
      'RunJobFlow',
      'DescribeCluster',
      'ListClusters',
      'ListSteps',
      'DescribeStep',
      'ListInstanceFleets',
      'ListInstances',
      'ListSupportedInstanceTypes',
      'AddInstanceFleet',
      'ModifyInstanceFleet',
      'AddJobFlowSteps',
      'CancelSteps',
      'TerminateJobFlows',
      'PutAutoTerminationPolicy',
      'GetAutoTerminationPolicy',
      'PutManagedScalingPolicy',
      'GetManagedScalingPolicy',
      'RemoveManagedScalingPolicy',
      'SetTerminationProtection',
      'AddTags',
    ],
  },
  ec2: {
    folder: 'ec2',
    operations: [
      'DescribeSpotPriceHistory',
      'GetSpotPlacementScores',
      'DescribeInstanceTypes',
      'DescribeInstanceTypeOfferings',
      'DescribeInstances',
      'DescribeSubnets',
      'DescribeAvailabilityZones',
    ],
  },
  cloudwatch: { folder: 'cloudwatch', operations: ['PutMetricData', 'GetMetricData', 'ListMetrics'] },
  dynamodb: {
    folder: 'dynamodb',
    operations: [
      'GetItem',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'Query',
      'Scan',
      'BatchGetItem',
      'BatchWriteItem',
      'TransactWriteItems',
      'DescribeTable',
      'ListTables',
    ],
  },
  s3: {
    folder: 's3',
    operations: [
      'PutObject',
      'GetObject',
      'HeadObject',
      'CopyObject',
      'DeleteObject',
      'DeleteObjects',
      'ListObjectsV2',
      'ListBuckets',
      'HeadBucket',
    ],
  },
  sns: { folder: 'sns', operations: ['Publish', 'ListTopics'] },
  sqs: {
    folder: 'sqs',
    operations: [
      'SendMessage',
      'ReceiveMessage',
      'DeleteMessage',
      'ChangeMessageVisibility',
      'GetQueueAttributes',
      'GetQueueUrl',
      'ListQueues',
    ],
  },
  sfn: {
    folder: 'stepfunctions',
    operations: [
      'StartExecution',
      'StartSyncExecution',
      'DescribeExecution',
      'DescribeStateMachine',
      'StopExecution',
      'GetExecutionHistory',
      'ListExecutions',
      'ListStateMachines',
      'SendTaskSuccess',
      'SendTaskFailure',
      'SendTaskHeartbeat',
      'RedriveExecution',
    ],
  },
  eventbridge: { folder: 'events', operations: ['PutEvents'] },
  scheduler: { folder: 'scheduler', operations: ['GetSchedule', 'ListSchedules', 'UpdateSchedule'] },
  lambda: {
    folder: 'lambda',
    operations: ['Invoke', 'GetFunction', 'GetFunctionConfiguration', 'ListFunctions'],
  },
  pricing: { folder: 'pricing', operations: ['GetProducts'] },
  'secrets-manager': { folder: 'secretsmanager', operations: ['GetSecretValue'] },
  'service-quotas': {
    folder: 'service-quotas',
    operations: ['GetServiceQuota', 'GetAWSDefaultServiceQuota', 'ListServiceQuotas'],
  },
  sts: { folder: 'sts', operations: ['GetCallerIdentity'] },
};

/** Longer enumerations (EC2's thousand instance types) grow weekly; they are left open. */
const MOST_ENUM_VALUES = 120;

const Reference = z.object({
  shape: z.string(),
  location: z.string().optional(),
  locationName: z.string().optional(),
  queryName: z.string().optional(),
  streaming: z.boolean().optional(),
  flattened: z.boolean().optional(),
  idempotencyToken: z.boolean().optional(),
  jsonvalue: z.boolean().optional(),
  xmlAttribute: z.boolean().optional(),
});
const SourceShape = z.object({
  type: z.string(),
  members: z.record(z.string(), Reference).optional(),
  member: Reference.optional(),
  key: Reference.optional(),
  value: Reference.optional(),
  required: z.array(z.string()).optional(),
  enum: z.array(z.string()).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  flattened: z.boolean().optional(),
  payload: z.string().optional(),
  timestampFormat: z.string().optional(),
  union: z.boolean().optional(),
  document: z.boolean().optional(),
  box: z.boolean().optional(),
  exception: z.boolean().optional(),
  error: z.object({ code: z.string().optional(), httpStatusCode: z.number().optional() }).optional(),
});
type SourceShape = z.infer<typeof SourceShape>;
const SourceModel = z.object({
  metadata: z.looseObject({
    apiVersion: z.string(),
    protocol: z.string().optional(),
    protocols: z.array(z.string()),
    jsonVersion: z.string().optional(),
    targetPrefix: z.string().optional(),
    endpointPrefix: z.string(),
    signingName: z.string().optional(),
    xmlNamespace: z.union([z.string(), z.looseObject({})]).optional(),
    awsQueryCompatible: z.looseObject({}).optional(),
  }),
  operations: z.record(
    z.string(),
    z.object({
      http: z.object({ method: z.string(), requestUri: z.string(), responseCode: z.number().optional() }),
      input: z.looseObject({ shape: z.string() }).optional(),
      output: z.looseObject({ shape: z.string(), resultWrapper: z.string().optional() }).optional(),
      errors: z.array(z.object({ shape: z.string() })).optional(),
    }),
  ),
  shapes: z.record(z.string(), SourceShape),
});
type SourceModel = z.infer<typeof SourceModel>;

function main(): void {
  const [directory] = process.argv.slice(2);
  if (directory === undefined)
    throw new Error('Name the directory into which a botocore wheel was unzipped.');
  const version = readdirSync(directory).find((name) => /^botocore-.*\.dist-info$/.test(name));
  if (version === undefined)
    throw new Error(`${directory} holds no botocore-*.dist-info; unzip a wheel there.`);
  for (const [name, { folder, operations }] of Object.entries(OPERATIONS)) {
    const { model, path } = readSource(join(directory, 'botocore', 'data', folder));
    const source = `${version.replace('.dist-info', '')} (Apache-2.0), ${path}, reduced to what is used here`;
    const text = JSON.stringify(compact(name, source, model, operations));
    writeFileSync(join(import.meta.dirname, '../simulator/protocols/models', `${name}.json`), `${text}\n`);
    console.log(`${name}: ${operations.length} operations, ${Math.round(text.length / 1024)} KiB`);
  }
}

function readSource(folder: string): { model: SourceModel; path: string } {
  const version = readdirSync(folder).sort().at(-1);
  if (version === undefined) throw new Error(`No model in ${folder}`);
  const path = join(folder, version, 'service-2.json');
  const text = existsSync(path)
    ? readFileSync(path, 'utf8')
    : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  return { model: SourceModel.parse(JSON.parse(text)), path: path.slice(path.indexOf('data/')) };
}

function compact(name: string, source: string, model: SourceModel, wanted: readonly string[]): unknown {
  const { metadata } = model;
  const shapes = new Map<string, unknown>();
  const keep = (shapeName: string): void => {
    if (shapes.has(shapeName)) return;
    const shape = model.shapes[shapeName];
    if (shape === undefined) throw new Error(`${name} has no shape ${shapeName}`);
    shapes.set(shapeName, kept(shape));
    for (const { shape: inner } of [
      ...Object.values(shape.members ?? {}),
      shape.member,
      shape.key,
      shape.value,
    ].flatMap((reference) => reference ?? [])) {
      keep(inner);
    }
  };
  const operations = wanted.map((operationName): [string, unknown] => {
    const operation = model.operations[operationName];
    if (operation === undefined) throw new Error(`${name} has no operation ${operationName}`);
    for (const { shape } of [operation.input, operation.output, ...(operation.errors ?? [])].flatMap(
      (r) => r ?? [],
    ))
      keep(shape);
    return [
      operationName,
      {
        http: operation.http,
        input: operation.input?.shape,
        output: operation.output?.shape,
        resultWrapper: operation.output?.resultWrapper,
        errors: operation.errors?.map(({ shape }) => shape),
      },
    ];
  });
  return {
    source,
    service: name,
    apiVersion: metadata.apiVersion,
    // what the JavaScript clients speak: JSON where a service offers it beside CBOR
    protocol: metadata.protocols.includes('json') ? 'json' : (metadata.protocol ?? metadata.protocols[0]),
    jsonVersion: metadata.jsonVersion,
    targetPrefix: metadata.targetPrefix,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    xmlNamespace: typeof metadata.xmlNamespace === 'string' ? metadata.xmlNamespace : undefined,
    queryCompatible: metadata.awsQueryCompatible !== undefined,
    operations: Object.fromEntries<unknown>(operations),
    shapes: Object.fromEntries([...shapes].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function kept(shape: SourceShape): SourceShape {
  const { enum: values, box: _box, ...rest } = shape;
  return values === undefined || values.length > MOST_ENUM_VALUES ? rest : { ...rest, enum: values };
}

main();
