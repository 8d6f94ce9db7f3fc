import { App, Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/config.ts';
import {
  EVERYTHING_EXISTS,
  resourcesOf,
  stackOf,
  statementsOf,
  templateOf,
  textOf,
  typesOf,
} from './synthesised.ts';

const slack = {
  channel: 'C0123456789',
  secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-AbCdEf',
};
const SETTINGS = { messages: { emails: [], slack } };

describe('Slack', () => {
  it('creates nothing unless a team asks for it', () => {
    const ids = (settings: object) => Object.keys(templateOf(settings).toJSON().Resources);
    expect(ids({}).filter((id) => /slack/i.test(id))).toEqual([]);
    expect(ids(SETTINGS).filter((id) => /slack/i.test(id)).length).toBeGreaterThan(5);
  });

  it('is told by a function that may read one secret and one queue, and write the ledger', () => {
    const template = templateOf(SETTINGS);
    const own = statementsOf(template).filter(({ owner }) => owner.startsWith('Functionssendtoslack'));
    const actions = own
      .flatMap((statement) => statement.actions)
      .filter((action) => !/^(logs|xray):/.test(action));
    expect(actions.sort()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'secretsmanager:GetSecretValue',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ]);
    const onSecret = own.find((statement) => statement.actions.includes('secretsmanager:GetSecretValue'));
    expect(onSecret?.resources).toEqual([slack.secretArn]);
  });

  it('gets incidents only, and parks with an alarm what it never took', () => {
    const template = templateOf(SETTINGS);
    const [subscription] = Object.values(resourcesOf(template, 'AWS::SNS::Subscription'));
    expect(subscription?.Properties).toMatchObject({
      Protocol: 'sqs',
      RawMessageDelivery: true,
      FilterPolicy: { kind: ['incident', 'plan'] },
    });
    const queues = Object.entries(resourcesOf(template, 'AWS::SQS::Queue')).filter(([id]) =>
      id.startsWith('Slack'),
    );
    const [parkedId] = queues.find(([, { Properties }]) => Properties.RedrivePolicy === undefined) ?? [];
    const [queueId, queue] =
      queues.find(([, { Properties }]) => Properties.RedrivePolicy !== undefined) ?? [];
    expect(textOf(queue?.Properties.RedrivePolicy.deadLetterTargetArn)).toBe(`<${parkedId}.Arn>`);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'flarepath-slack-parked',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [parkedId, 'QueueName'] } }],
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    });
  });

  it('has no secret in the template', () => {
    expect(JSON.stringify(templateOf(SETTINGS).toJSON())).not.toMatch(/xox|\{\{resolve/);
  });

  it.each([{}, { ...EVERYTHING_EXISTS }])('passes AWS’s solution checks', (settings) => {
    const app = stackOf({ ...settings, ...SETTINGS }).node.root;
    if (!App.isApp(app)) throw new Error('a stack without an app');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });

  it('says which channel and which secret it wants', () => {
    const wrong = () =>
      parseSettings({ messages: { slack: { channel: '#data', secretArn: 'xoxb-1' } } }, 'team.yaml');
    expect(wrong).toThrow(/messages.slack.channel: found "#data"; a channel's id such as C0123456789/);
    expect(wrong).toThrow(/messages.slack.secretArn/);
  });
});

describe('buttons in Slack', () => {
  const signingSecretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-signing-AbCdEf';
  const buttons = { signingSecretArn, users: ['U0123456789'] };
  const WITH_BUTTONS = { messages: { slack: { ...slack, buttons } } };
  const actionsOf = (owner: string) =>
    statementsOf(templateOf(WITH_BUTTONS))
      .filter((statement) => statement.owner.startsWith(owner))
      .filter(({ actions }) => !actions.some((action) => /^(logs|xray):/.test(action)));

  it('have no public address unless a team asks for one', () => {
    for (const settings of [{}, EVERYTHING_EXISTS, SETTINGS]) {
      const template = templateOf(settings);
      expect(typesOf(template).filter((type) => /ApiGateway|Lambda::Url/.test(type))).toEqual([]);
      expect(JSON.stringify(template.toJSON())).not.toContain('execute-api');
    }
  });

  it('have one address that takes one kind of request, and not many of them', () => {
    const template = templateOf(WITH_BUTTONS);
    const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route'));
    expect(routes.map(({ Properties }) => Properties.RouteKey)).toEqual(['POST /slack']);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      AccessLogSettings: Match.anyValue(),
    });
    const callers = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
    );
    expect(callers.map(({ Properties }) => textOf(Properties.SourceArn))).toEqual([
      expect.stringMatching(/execute-api.*\/\*\/\*\/slack$/),
    ]);
    expect(Object.keys(template.toJSON().Outputs)).toContain('SlackButtonsUrl');
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'flarepath-answer-slack',
      Environment: { Variables: Match.objectLike({ SLACK_USERS: 'U0123456789' }) },
    });
  });

  it('let the public reach a function that can note a press, queue it and read one secret', () => {
    const own = actionsOf('Functionsreceivefromslack');
    expect(own.flatMap(({ actions }) => actions).sort()).toEqual([
      'dynamodb:PutItem',
      'secretsmanager:GetSecretValue',
      'sqs:SendMessage',
    ]);
    expect(own.find(({ actions }) => actions.includes('dynamodb:PutItem'))?.conditions).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SLACK-PRESS#*'] },
    });
    expect(own.find(({ actions }) => actions[0]?.startsWith('secrets'))?.resources).toEqual([
      signingSecretArn,
    ]);
  });

  it('are answered by a function that no address reaches', () => {
    const own = actionsOf('Functionsanswerslack');
    expect(own.flatMap(({ actions }) => actions).sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'secretsmanager:GetSecretValue',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'states:SendTaskSuccess',
    ]);
    expect(own.find(({ actions }) => actions[0]?.startsWith('secrets'))?.resources).toEqual([
      slack.secretArn,
    ]);
  });

  it('passes AWS’s solution checks, without a secret in the template', () => {
    const app = stackOf({ ...EVERYTHING_EXISTS, ...WITH_BUTTONS }).node.root;
    if (!App.isApp(app)) throw new Error('a stack without an app');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
    expect(JSON.stringify(templateOf(WITH_BUTTONS).toJSON())).not.toMatch(/xox|\{\{resolve/);
  });
});
