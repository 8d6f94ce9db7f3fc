import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/config.ts';
import { EVERYTHING_EXISTS, resourcesOf, stackOf, statementsOf, templateOf, textOf } from './synthesised.ts';

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
      FilterPolicy: { kind: ['incident'] },
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
