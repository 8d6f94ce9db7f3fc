import { describe, expect, it } from 'vitest';
import type { ResourceHandler } from '../../../simulator/contracts.ts';
import { deployTemplate } from '../../../simulator/deploy/deploy-template.ts';
import { grantsOf, withoutGrant } from '../../../simulator/deploy/edit-template.ts';
import { readTemplate } from '../../../simulator/deploy/template.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';

const zones = ['us-east-1a', 'us-east-1b'];

/** Resources of type Test::Thing remember their properties in the order they are created. */
async function deploy(template: object, options: { imports?: Record<string, string> } = {}) {
  const created: [string, Readonly<Record<string, unknown>>][] = [];
  const thing: ResourceHandler = (logicalId, properties) => {
    created.push([logicalId, properties]);
    return { ref: `ref-${logicalId}`, attributes: { Arn: `arn:${logicalId}`, 'Nested.Name': 'nested' } };
  };
  const kernel = createKernel({ seed: 1, startAtMs: 0 });
  const { outputs } = await deployTemplate(kernel, readTemplate(template), {
    stackName: 'stack',
    handlers: { 'Test::Thing': thing },
    availabilityZones: zones,
    ...options,
  });
  return { created, outputs, properties: Object.fromEntries(created) };
}

const thing = (Properties: object = {}, rest: object = {}) => ({ Type: 'Test::Thing', Properties, ...rest });
const valueOf = async (value: unknown, template: object = {}, options = {}) =>
  (await deploy({ Resources: { X: thing({ value }) }, ...template }, options)).properties['X']?.['value'];

describe('a template', () => {
  it('is created in the order of its references and dependencies', async () => {
    const { created } = await deploy({
      Resources: {
        Last: thing({ of: { 'Fn::Sub': '${Middle.Arn}' } }),
        Middle: thing({ of: { 'Fn::GetAtt': ['First', 'Arn'] } }, { DependsOn: 'Other' }),
        Other: thing(),
        First: thing(),
      },
    });
    expect(created.map(([name]) => name)).toEqual(['Other', 'First', 'Middle', 'Last']);
    expect(created[2]?.[1]).toEqual({ of: 'arn:First' });
  });

  it.each([
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-123456789012'],
    [{ 'Fn::Sub': ['${!x} ${a} ${AWS::Partition}', { a: 'b' }] }, '${x} b aws'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    [{ 'Fn::Select': ['0', { 'Fn::GetAZs': '' }] }, 'us-east-1a'],
    [{ 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
    [{ 'Fn::Base64': 'text' }, 'dGV4dA=='],
    [{ 'Fn::ToJsonString': { a: { Ref: 'AWS::Region' } } }, '{"a":"us-east-1"}'],
    [{ 'Fn::FindInMap': ['Sizes', 'small', 'cores'] }, 4],
    [{ 'Fn::If': ['Big', 'yes', 'no'] }, 'no'],
    [
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: [1, { Ref: 'AWS::NoValue' }] },
      { a: 1, c: [1] },
    ],
    [{ 'Fn::ImportValue': 'shared' }, 'from elsewhere'],
    [{ Ref: 'Given' }, 'default'],
    [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
  ])('resolves %j', async (value, expected) => {
    const sections = {
      Parameters: { Given: { Type: 'String', Default: 'default' } },
      Mappings: { Sizes: { small: { cores: 4 } } },
      Conditions: {
        Big: { 'Fn::And': [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }, { 'Fn::Equals': ['a', 'c'] }] },
      },
    };
    expect(await valueOf(value, sections, { imports: { shared: 'from elsewhere' } })).toEqual(expected);
  });

  it('leaves out what its conditions exclude', async () => {
    const { created, outputs } = await deploy({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { A: thing(), B: thing({}, { Condition: 'Never' }) },
      Outputs: { Kept: { Value: { Ref: 'A' } }, Dropped: { Value: 'x', Condition: 'Never' } },
    });
    expect(created.map(([name]) => name)).toEqual(['A']);
    expect(outputs).toEqual({ Kept: 'ref-A' });
  });

  it('with unknown types, functions, attributes or circles is refused by name', async () => {
    await expect(
      deploy({ Resources: { A: { Type: 'AWS::New::Thing' }, B: { Type: 'AWS::Odd::Thing' } } }),
    ).rejects.toThrow('AWS::New::Thing, AWS::Odd::Thing');
    await expect(valueOf({ 'Fn::Magic': 1 })).rejects.toThrow('Fn::Magic');
    await expect(
      valueOf(
        { 'Fn::GetAtt': ['Y', 'Colour'] },
        { Resources: { Y: thing(), X: thing({ value: { 'Fn::GetAtt': ['Y', 'Colour'] } }) } },
      ),
    ).rejects.toThrow('Colour of Y');
    await expect(
      deploy({ Resources: { A: thing({ b: { Ref: 'B' } }), B: thing({ a: { Ref: 'A' } }) } }),
    ).rejects.toThrow('circle');
    await expect(deploy({ Resources: {}, Macros: {} })).rejects.toThrow('Macros');
  });
});

describe('grants of a template', () => {
  const template = {
    Resources: {
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' },
              { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
              { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
            ],
          },
        },
      },
    },
  };

  it('are listed one action at a time', () => {
    expect(grantsOf(template).map(({ action }) => action)).toEqual([
      's3:GetObject',
      's3:PutObject',
      'sqs:SendMessage',
    ]);
  });

  it('can be taken out one at a time, leaving the template itself alone', () => {
    const before = structuredClone(template);
    for (const grant of grantsOf(template)) {
      const left = grantsOf(withoutGrant(template, grant)).map(({ action }) => action);
      expect(left).toEqual(
        grantsOf(template)
          .map(({ action }) => action)
          .filter((action) => action !== grant.action),
      );
    }
    expect(template).toEqual(before);
  });
});
