/** A cloud assembly of a few resources, as `cdk synth` would write it, with handlers in place of bundles. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
});
const policy = (role: string, ...statements: object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: `${role}Policy`,
    Roles: [{ Ref: role }],
    PolicyDocument: { Version: '2012-10-17', Statement: statements.map((s) => ({ Effect: 'Allow', ...s })) },
  },
});
const role = (service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust(service) },
});
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: ['One', 'Other'].map((name) => ({
        StartAt: name,
        States: {
          [name]: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: {
              FunctionName: '${workerArn}',
              Payload: { name, at: '{% $states.context.Execution.StartTime %}' },
            },
            End: true,
          },
        },
      })),
      End: true,
    },
  },
};

const template = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'things',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      },
    },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'small-bucket' } },
    WorkerRole: role('lambda.amazonaws.com'),
    WorkerPolicy: policy(
      'WorkerRole',
      { Action: 'dynamodb:PutItem', Resource: arn('Table') },
      { Action: ['s3:PutObject', 's3:GetObject'], Resource: { 'Fn::Join': ['', [arn('Bucket'), '/*']] } },
    ),
    Worker: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['WorkerPolicy'],
      Properties: {
        FunctionName: 'worker',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: arn('WorkerRole'),
        Code: { S3Bucket: 'none', S3Key: 'none' },
        Timeout: 60,
        MemorySize: 256,
        Environment: { Variables: { TABLE: { Ref: 'Table' }, BUCKET: { Ref: 'Bucket' } } },
      },
    },
    MachineRole: role('states.amazonaws.com'),
    MachinePolicy: policy('MachineRole', { Action: 'lambda:InvokeFunction', Resource: arn('Worker') }),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      DependsOn: ['MachinePolicy'],
      Properties: {
        StateMachineName: 'small',
        RoleArn: arn('MachineRole'),
        DefinitionString: JSON.stringify(definition),
        DefinitionSubstitutions: { workerArn: arn('Worker') },
      },
    },
    ScheduleRole: role('scheduler.amazonaws.com'),
    SchedulePolicy: policy('ScheduleRole', { Action: 'states:StartExecution', Resource: { Ref: 'Machine' } }),
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      DependsOn: ['SchedulePolicy'],
      Properties: {
        Name: 'half-hourly',
        ScheduleExpression: 'cron(0/30 * * * ? *)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: { Ref: 'Machine' }, RoleArn: arn('ScheduleRole'), Input: '{}' },
      },
    },
  },
  Outputs: { MachineArn: { Value: { Ref: 'Machine' } } },
};

/** Writes the assembly into a directory of its own and names it. */
export function writeSmallAssembly(): string {
  const directory = mkdtempSync(join(tmpdir(), 'small-assembly-'));
  const artifacts = {
    Small: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Small.template.json' } },
    'Small.assets': { type: 'cdk:asset-manifest', properties: { file: 'Small.assets.json' } },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  writeFileSync(join(directory, 'Small.template.json'), JSON.stringify(template));
  writeFileSync(
    join(directory, 'Small.assets.json'),
    JSON.stringify({ version: '48.0.0', files: {}, dockerImages: {} }),
  );
  return directory;
}

/** The worker: notes what it was told in the table and the bucket, in parallel, and reads it back. */
export function worker() {
  let clients: { dynamodb: DynamoDBClient; s3: S3Client } | undefined;
  let seams: Record<string, unknown> = {};
  const handler = async (event: unknown) => {
    clients ??= { dynamodb: new DynamoDBClient(seams), s3: new S3Client(seams) };
    const { dynamodb, s3 } = clients;
    const { name } = event as { name: string };
    const pk = `${name}-${Math.random()}-${Date.now()}`;
    const at = { Bucket: process.env['BUCKET'], Key: `${pk}.json` };
    await Promise.all([
      s3.send(new PutObjectCommand({ ...at, Body: JSON.stringify({ pk }) })),
      dynamodb.send(new PutItemCommand({ TableName: process.env['TABLE'], Item: { pk: { S: pk } } })),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.random()));
    const read = await s3.send(new GetObjectCommand(at));
    return { pk, read: await read.Body?.transformToString() };
  };
  return Object.assign(handler, {
    reset: (next: Record<string, unknown> = {}) => {
      seams = next;
      clients = undefined;
    },
  });
}
