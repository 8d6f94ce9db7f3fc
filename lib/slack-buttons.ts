import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment as AnswerSlack } from '../lambdas/answer-slack.ts';
import type { Environment as ReceiveFromSlack } from '../lambdas/receive-from-slack.ts';
import type { FunctionTable } from './function-table.ts';
import type { Grant } from './grants.ts';
import { machineArn } from './machine-names.ts';

const PATH = '/slack';
/** People press a few buttons a minute. Whatever is above this costs no call of a function. */
const REQUESTS_PER_SECOND = 5;
const REQUESTS_BURST = 10;
/** Slack waits for three. */
const RECEIVE_SECONDS = 5;

interface SlackButtonsProps {
  /** of the deployment */
  readonly name: string;
  readonly functions: FunctionTable;
  readonly settings: {
    readonly signingSecretArn: string;
    readonly botSecretArn: string;
    readonly users?: readonly string[] | undefined;
  };
  readonly presses: sqs.Queue;
  /** of the function that answers: what calling Slack for its queue takes */
  readonly worker: { readonly grants: readonly Grant[]; readonly timeoutSeconds: number };
  readonly logRetentionDays: number;
}

/**
 * Buttons below incidents: the one public address of a deployment, behind it a function that checks Slack's signature and
 * queues, and one that no address reaches, which does what was asked for.
 */
export class SlackButtons extends Construct {
  constructor(scope: Construct, id: string, props: SlackButtonsProps) {
    super(scope, id);
    this.addReceiver(props);
    this.addWorker(props);
    this.addAddress(props);
  }

  /** May tell that a press came, queue it, and read the secret that signs; not the bot's token. */
  private addReceiver({ functions, settings, presses }: SlackButtonsProps): void {
    const { ledger, key } = functions.ground;
    functions.add<typeof ReceiveFromSlack>('receive-from-slack', {
      description: 'Checks that a press of a button is Slack’s, and queues it',
      environment: {
        ...functions.ledgerVariables,
        SLACK_SIGNING_SECRET_ARN: settings.signingSecretArn,
        SLACK_PRESSES_URL: presses.queueUrl,
      },
      grants: [
        ledger.allowTakingPresses(),
        { actions: ['secretsmanager:GetSecretValue'], resources: [settings.signingSecretArn] },
        { actions: ['sqs:SendMessage'], resources: [presses.queueArn] },
        ...key.allowData('dynamodb', 'secretsmanager'),
      ],
      timeoutSeconds: RECEIVE_SECONDS,
    });
  }

  private addWorker({ name, functions, settings, presses, worker }: SlackButtonsProps): void {
    const { ledger, key } = functions.ground;
    functions.add<typeof AnswerSlack>('answer-slack', {
      description: 'Does what a button in Slack asks for, as the command line does it',
      environment: {
        ...functions.ledgerVariables,
        SLACK_SECRET_ARN: settings.botSecretArn,
        SLACK_QUEUE_URL: presses.queueUrl,
        ...(settings.users === undefined ? {} : { SLACK_USERS: settings.users.join(' ') }),
      },
      grants: [
        ledger.allow('GetItem', 'PutItem', 'DeleteItem', 'Query'),
        { actions: ['states:SendTaskSuccess'], resources: [machineArn(this, name, 'run-job')] },
        ...worker.grants,
        ...key.allowData('dynamodb', 'secretsmanager'),
      ],
      memoryMib: 256,
      timeoutSeconds: worker.timeoutSeconds,
    });
  }

  private addAddress({ name, functions, logRetentionDays }: SlackButtonsProps): void {
    const api = new apigateway.HttpApi(this, 'Api', {
      apiName: `${name}-slack`,
      description: 'Takes presses of buttons from Slack',
      createDefaultStage: false,
    });
    const { function: receiver } = functions.get('receive-from-slack');
    const routes = api.addRoutes({
      path: PATH,
      methods: [apigateway.HttpMethod.POST],
      integration: new HttpLambdaIntegration('Receive', receiver, {
        timeout: Duration.seconds(RECEIVE_SECONDS),
      }),
    });
    for (const route of routes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Slack cannot sign for AWS: the function checks the signature that Slack gives.',
      });
    }
    const logGroup = new logs.LogGroup(this, 'AccessLog', {
      // where AWS keeps what services deliver: a policy of resources that many log groups share does not grow by it
      logGroupName: `/aws/vendedlogs/apigateway/${name}-slack`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: REQUESTS_BURST },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(
          JSON.stringify({
            request: '$context.requestId',
            at: '$context.requestTime',
            status: '$context.status',
            from: '$context.identity.sourceIp',
            agent: '$context.identity.userAgent',
            error: '$context.error.message',
          }),
        ),
      },
    });
    new CfnOutput(this, 'Url', {
      description: 'Request URL of the Slack app',
      value: `${api.apiEndpoint}${PATH}`,
    }).overrideLogicalId('SlackButtonsUrl');
    stage.node.addDependency(...routes);
  }
}
