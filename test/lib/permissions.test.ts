import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../lib/function-names.ts';
import { EVERYTHING_EXISTS, statementsOf, templateOf } from './synthesised.ts';

const template = templateOf();
const statements = statementsOf(template);
const of = (owner: string) => statements.filter((statement) => statement.owner.startsWith(owner));
const allowed = (owner: string, action: string) =>
  of(owner).filter(({ actions }) => actions.includes(action));

/** Actions that AWS allows on `*` only; everything else names what it may be done to. */
const ACTIONS_WITHOUT_RESOURCES = new Map([
  ['cloudwatch:GetMetricData', 'no resources'],
  ['cloudwatch:PutMetricData', 'no resources; bound to one namespace'],
  ['ec2:DescribeInstances', 'no resources'],
  ['ec2:DescribeInstanceTypeOfferings', 'no resources'],
  ['ec2:DescribeSpotPriceHistory', 'no resources'],
  ['ec2:GetSpotPlacementScores', 'no resources'],
  ['elasticmapreduce:ListClusters', 'no resources'],
  ['elasticmapreduce:ListSupportedInstanceTypes', 'no resources'],
  ['elasticmapreduce:AddTags', 'there is no cluster yet; bound to its tags'],
  ['elasticmapreduce:PutAutoTerminationPolicy', 'at launch there is no cluster yet; bound to its tags'],
  ['elasticmapreduce:RunJobFlow', 'there is no cluster yet; bound to its tags'],
  ['pricing:GetProducts', 'no resources'],
  ['servicequotas:GetServiceQuota', 'no resources in the region of a service'],
  ['xray:PutTraceSegments', 'no resources'],
  ['xray:PutTelemetryRecords', 'no resources'],
  ['xray:GetSamplingRules', 'no resources'],
  ['xray:GetSamplingTargets', 'no resources'],
  ...[
    'CreateLogDelivery',
    'GetLogDelivery',
    'UpdateLogDelivery',
    'DeleteLogDelivery',
    'ListLogDeliveries',
    'PutResourcePolicy',
    'DescribeResourcePolicies',
    'DescribeLogGroups',
  ].map((action) => [`logs:${action}`, 'log deliveries know no resources'] as const),
]);

/** Rights that come with being a function: to log, to trace, to leave a failed event with the dead letters. */
const OF_EVERY_FUNCTION = /^(logs|xray|sqs):/;

/** The actions that a handler's header lists under "Needs:", e.g. `- dynamodb:GetItem, PutItem on the ledger`. */
function needsOf(functionName: string): string[] {
  const [, needs = ''] =
    /\* Needs:\n([\s\S]*?)\*\//.exec(readFileSync(`lambdas/${functionName}.ts`, 'utf8')) ?? [];
  return needs
    .replaceAll(/\n \* {2,}/g, ' ')
    .split(/^ \* - /m)
    .flatMap((line) => line.split(';'))
    .flatMap((part) => {
      const [before = ''] = part.split(' on ');
      return before.replaceAll(/\(.*?\)/g, '').split(/, | and /);
    })
    .map((action) => action.trim())
    .filter((action) => action !== '')
    .reduce<string[]>((actions, action) => {
      const service = actions.at(-1)?.split(':')[0] ?? '';
      return [...actions, action.includes(':') ? action : `${service}:${action}`];
    }, []);
}

describe('permissions', () => {
  it.each(FUNCTION_NAMES)('of %s are those that its handler says it needs, and no more', (name) => {
    const granted = of(`Functions${name.replaceAll('-', '')}Role`).flatMap(({ actions }) => actions);
    const own = granted.filter((action) => !OF_EVERY_FUNCTION.test(action));
    expect([...new Set(own)].sort()).toEqual([...new Set(needsOf(name))].sort());
  });

  it('name every action', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('reach everything only where AWS knows no resources', () => {
    const broad = statements
      .filter(({ resources }) => resources.includes('*'))
      .flatMap(({ actions }) => actions);
    expect(broad.filter((action) => !ACTIONS_WITHOUT_RESOURCES.has(action))).toEqual([]);
  });

  it('stop at this deployment’s clusters', () => {
    const onClusters = statements.filter(({ resources }) =>
      resources.some((resource) => resource.includes(':cluster/')),
    );
    expect(onClusters.length).toBeGreaterThan(0);
    for (const { conditions } of onClusters) {
      expect(JSON.stringify(conditions)).toMatch(
        /(elasticmapreduce:ResourceTag|aws:RequestTag)\/flarepath":"flarepath"/,
      );
    }
  });

  it('let nobody launch a cluster without the tags that bind it', () => {
    expect(allowed('', 'elasticmapreduce:RunJobFlow').map(({ conditions }) => conditions)).toEqual([
      {
        StringEquals: {
          'aws:RequestTag/for-use-with-amazon-emr-managed-policies': 'true',
          'aws:RequestTag/flarepath': 'flarepath',
        },
      },
    ]);
  });

  it('let a cluster write how far it is to the ledger, and nothing else there', () => {
    const onLedger = of('EmrRolesInstance').filter(({ actions }) =>
      actions.some((action) => action.startsWith('dynamodb:')),
    );
    expect(onLedger.map(({ actions, conditions }) => ({ actions, conditions }))).toEqual([
      {
        actions: ['dynamodb:PutItem'],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['PROGRESS#*'] } },
      },
    ]);
  });

  it('hand EMR’s two roles to their services and to no other', () => {
    const passes = allowed('Functionslaunchcluster', 'iam:PassRole');
    expect(passes.map(({ conditions }) => conditions.StringEquals?.['iam:PassedToService']).sort()).toEqual([
      'ec2.amazonaws.com',
      'elasticmapreduce.amazonaws.com',
    ]);
    expect(
      passes.flatMap(({ resources }) => resources).every((role) => /^<EmrRoles\w+\.Arn>$/.test(role)),
    ).toBe(true);
    expect(allowed('', 'iam:PassRole').every(({ conditions }) => conditions.StringEquals !== undefined)).toBe(
      true,
    );
  });

  it('show a run’s input to those who look at it, and change it for nobody', () => {
    const reads = allowed('Functionsawaitinput', 's3:GetObject').flatMap(({ resources }) => resources);
    expect(reads).toContain('arn:<AWS::Partition>:s3:::example-data/orders/dt=*');
    const writes = statements
      .filter(({ actions }) => actions.some((action) => ['s3:PutObject', 's3:DeleteObject'].includes(action)))
      .flatMap(({ resources }) => resources);
    expect(writes.filter((resource) => resource.includes('example-data'))).toEqual([]);
  });

  it('let nodes tidy up event logs and outputs, and delete no other log', () => {
    const deletes = allowed('EmrRolesInstance', 's3:DeleteObject').flatMap(({ resources }) => resources);
    const inLogs = deletes.filter((resource) => resource.includes('ClusterLogs'));
    expect(inLogs).toHaveLength(1);
    expect(inLogs[0]).toMatch(/\/emr\/event-logs\/\*$/);
    expect(deletes).toContain('arn:<AWS::Partition>:s3:::example-results/inventory/*');
  });

  it('let the alarm of dead letters, and no other, call the function that tells of them', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersAlarm'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Functionsreportdeadletters'), 'Arn'] }],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('let functions publish below a marker of the output and nowhere else', () => {
    const writes = allowed('Functionspublishoutput', 's3:PutObject').flatMap(({ resources }) => resources);
    expect(writes).not.toEqual([]);
    expect(writes.every((resource) => resource.endsWith('/_published/*'))).toBe(true);
  });

  it('let a schedule start runs or the reaper and nothing else', () => {
    const schedules = of('Schedules').flatMap(({ actions }) => actions);
    expect(new Set(schedules)).toEqual(
      new Set(['lambda:InvokeFunction', 'states:StartExecution', 'sqs:SendMessage']),
    );
  });

  it('come with the team’s key only where the team has one, and only through the services that hold data', () => {
    expect(allowed('', 'kms:Decrypt')).toEqual([]);
    const keyed = statementsOf(templateOf(EVERYTHING_EXISTS));
    const functions = keyed.filter(
      ({ owner, actions }) => owner.startsWith('Functions') && actions.includes('kms:Decrypt'),
    );
    expect(functions.length).toBeGreaterThan(10);
    expect(
      functions.every(({ conditions }) => conditions.StringEquals?.['kms:ViaService'] !== undefined),
    ).toBe(true);
  });
});
