/**
 * AWS-managed policies that the templates name, with the actions their documentation lists. Statements that only
 * matter to services which are not simulated are left out.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
 */
import { NotSimulatedError } from '../../contracts.ts';

const allow = (Action: readonly string[], Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

const LOG_WRITING = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const DOCUMENTS: Readonly<Record<string, unknown>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(LOG_WRITING),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow([
    ...LOG_WRITING,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ]),
  AWSXRayDaemonWriteAccess: allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
  // the service role's own calls to EC2 are not simulated; these are what the world's clusters ask it for
  'service-role/AmazonEMRServicePolicy_v2': allow([
    'ec2:CreateFleet',
    'ec2:CreateLaunchTemplate',
    'ec2:CreateLaunchTemplateVersion',
    'ec2:CreateTags',
    'ec2:DeleteLaunchTemplate',
    'ec2:Describe*',
    'ec2:ModifyInstanceAttribute',
    'ec2:RunInstances',
    'ec2:TerminateInstances',
  ]),
  'service-role/AmazonElasticMapReduceforEC2Role': allow([
    'cloudwatch:*',
    'dynamodb:*',
    'ec2:Describe*',
    's3:*',
    'sns:*',
    'sqs:*',
  ]),
  AmazonSSMManagedInstanceCore: allow(['ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*']),
};

/**
 * @param arn  such as `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`
 * @throws NotSimulatedError when the table lacks it
 */
export function managedPolicyDocument(arn: string): unknown {
  const name = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? arn;
  const document = DOCUMENTS[name];
  if (document === undefined)
    throw new NotSimulatedError(`AWS-managed policy ${arn} is not in the simulator's table`);
  return document;
}
