import { describe, expect, it } from 'vitest';
import type { Principal, SimulatedService } from '../../../simulator/contracts.ts';
import { createAccessControl } from '../../../simulator/kernel/iam/access-control.ts';
import { statementsOf } from '../../../simulator/kernel/iam/policy-document.ts';

const accountId = '123456789012';
const roleArn = `arn:aws:iam::${accountId}:role/worker`;
const queueArn = `arn:aws:sqs:us-east-1:${accountId}:q`;
const role: Principal = { kind: 'role', id: roleArn };
const trustOf = (statement: object = {}) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
      ...statement,
    },
  ],
});

function account(
  policies: unknown[],
  options: { queuePolicies?: unknown[]; trust?: unknown; boundary?: unknown } = {},
) {
  const sqs: SimulatedService = {
    name: 'sqs',
    operations: {},
    resourcePolicies: () => options.queuePolicies ?? [],
  };
  const access = createAccessControl({ accountId, region: 'us-east-1', services: new Map([['sqs', sqs]]) });
  access.addRole({
    arn: roleArn,
    name: 'worker',
    trust: options.trust ?? trustOf(),
    policies,
    ...(options.boundary === undefined ? {} : { boundary: options.boundary }),
  });
  return access;
}

const allow = (Action: string | string[], Resource: string | string[] = '*', rest: object = {}) => ({
  Statement: { Effect: 'Allow', Action, Resource, ...rest },
});
const may = (policies: unknown[], action: string, resource: string, context: Record<string, string[]> = {}) =>
  account(policies).denial(role, [{ action, resource, context }]) === undefined;

describe('identity policies', () => {
  it('allow what one statement allows, and nothing else', () => {
    const policies = [allow(['s3:Get*', 'S3:PUTOBJECT'], 'arn:aws:s3:::bucket/prefix/*')];
    expect(may(policies, 's3:GetObject', 'arn:aws:s3:::bucket/prefix/a/b')).toBe(true);
    expect(may(policies, 's3:PutObject', 'arn:aws:s3:::bucket/prefix/a')).toBe(true);
    expect(may(policies, 's3:GetObject', 'arn:aws:s3:::bucket/other')).toBe(false);
    expect(may(policies, 's3:DeleteObject', 'arn:aws:s3:::bucket/prefix/a')).toBe(false);
    expect(may([], 's3:GetObject', 'arn:aws:s3:::bucket/prefix/a')).toBe(false);
  });

  it('deny above all', () => {
    const deny = { Statement: [{ Effect: 'Deny', NotAction: 's3:Get*', Resource: '*' }] };
    expect(may([allow('*'), deny], 's3:GetObject', 'arn:aws:s3:::b/k')).toBe(true);
    expect(may([allow('*'), deny], 's3:PutObject', 'arn:aws:s3:::b/k')).toBe(false);
  });

  it.each([
    ['StringEquals', { 'iam:PassedToService': 'emr' }, { 'iam:passedtoservice': ['emr'] }, true],
    ['StringEquals', { 'iam:PassedToService': 'emr' }, { 'iam:passedtoservice': ['ec2'] }, false],
    ['StringEquals', { 'iam:PassedToService': 'emr' }, {}, false],
    ['StringNotEquals', { 'k:a': 'x' }, {}, true],
    ['StringEqualsIfExists', { 'k:a': 'x' }, {}, true],
    ['StringLike', { 's3:prefix': ['a/*', 'b'] }, { 's3:prefix': ['a/c'] }, true],
    ['StringNotLike', { 's3:prefix': ['a/*', 'b'] }, { 's3:prefix': ['b'] }, false],
    [
      'ArnLike',
      { 'aws:SourceArn': 'arn:aws:emr:*:1:*' },
      { 'aws:sourcearn': ['arn:aws:emr:r:1:cluster/j'] },
      true,
    ],
    [
      'ArnLike',
      { 'aws:SourceArn': 'arn:aws:emr:*' },
      { 'aws:sourcearn': ['arn:aws:emr:r:1:cluster/j'] },
      false,
    ],
    ['Bool', { 'aws:SecureTransport': 'true' }, {}, true],
    ['NumericLessThan', { 's3:TlsVersion': 1.2 }, {}, false],
    ['Null', { 'aws:RequestTag/flarepath': 'true' }, {}, true],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['a'] }, { 'aws:tagkeys': ['b', 'a'] }, true],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a'] }, { 'aws:tagkeys': ['b', 'a'] }, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a'] }, {}, true],
  ])('hold to the condition %s %j', (operator, condition, context, expected) => {
    const policy = allow('x:Do', '*', { Condition: { [operator]: condition } });
    expect(may([policy], 'x:Do', 'arn:x', context as Record<string, string[]>)).toBe(expected);
  });

  it('with elements that are not simulated are refused by name', () => {
    expect(() =>
      statementsOf(allow('x:Do', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })),
    ).toThrow('IpAddress');
    expect(() => statementsOf(allow('x:Do', 'arn:${aws:username}'))).toThrow('aws:username');
    expect(() => statementsOf({ Statement: [{ Effect: 'Perhaps', Action: 'x:Do', Resource: '*' }] })).toThrow(
      'Effect',
    );
  });
});

describe('a permissions boundary', () => {
  it('limits what policies allow', () => {
    const access = account([allow('*')], { boundary: allow('s3:*') });
    expect(access.denial(role, [{ action: 's3:GetObject', resource: '*' }])).toBeUndefined();
    expect(access.denial(role, [{ action: 'ec2:RunInstances', resource: '*' }])).toContain(
      'permissions boundary',
    );
  });
});

describe('resource policies', () => {
  const sending = { action: 'sqs:SendMessage', resource: queueArn };
  const rule: Principal = {
    kind: 'service',
    id: 'events.amazonaws.com',
    sourceArn: 'arn:aws:events:us-east-1:1:rule/a',
  };
  const letIn = {
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': rule.sourceArn } },
      },
    ],
  };

  it('let a service in that acts for the right resource only', () => {
    const access = account([], { queuePolicies: [letIn] });
    expect(access.denial(rule, [sending])).toBeUndefined();
    expect(access.denial({ ...rule, sourceArn: 'arn:aws:events:us-east-1:1:rule/b' }, [sending])).toContain(
      'not authorized',
    );
    expect(access.denial({ ...rule, id: 'sns.amazonaws.com' }, [sending])).toContain('not authorized');
    expect(account([]).denial(rule, [sending])).toContain('no resource-based policy');
  });

  it('allow a role they name, and deny one that its own policies allow', () => {
    const named = (Effect: string) => ({
      Statement: [{ Effect, Action: 'sqs:*', Resource: '*', Principal: { AWS: roleArn } }],
    });
    expect(account([], { queuePolicies: [named('Allow')] }).denial(role, [sending])).toBeUndefined();
    expect(account([allow('*')], { queuePolicies: [named('Deny')] }).denial(role, [sending])).toContain(
      'explicit deny',
    );
  });

  it('count as soon as they are attached', () => {
    const queuePolicies: unknown[] = [];
    const access = account([], { queuePolicies });
    expect(access.denial(rule, [sending])).toBeDefined();
    queuePolicies.push(letIn);
    expect(access.denial(rule, [sending])).toBeUndefined();
  });
});

describe('trust policies', () => {
  const asking = [{ action: 'x:Do', resource: '*' }];
  it('decide which service may take a role on', () => {
    const access = account([allow('x:Do')]);
    expect(access.denial({ ...role, assumedBy: 'lambda.amazonaws.com' }, asking)).toBeUndefined();
    expect(access.denial({ ...role, assumedBy: 'states.amazonaws.com' }, asking)).toContain('sts:AssumeRole');
  });

  it('hold to the resource that the service acts for', () => {
    const trust = trustOf({
      Condition: { StringEquals: { 'aws:SourceArn': 'arn:group', 'aws:SourceAccount': accountId } },
    });
    const access = account([allow('x:Do')], { trust });
    const taken = { ...role, assumedBy: 'lambda.amazonaws.com' };
    expect(access.denial({ ...taken, sourceArn: 'arn:group' }, asking)).toBeUndefined();
    expect(access.denial({ ...taken, sourceArn: 'arn:other' }, asking)).toContain('sts:AssumeRole');
    expect(access.denial(taken, asking)).toContain('sts:AssumeRole');
  });
});
