import { Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * Has an alarm call a function when it goes off. An alarm cannot publish to a topic under the key that AWS keeps for
 * SNS, nor under a team's key whose policy does not name CloudWatch.
 *
 * @param permissionId  of the permission, unique in the function
 */
export function callOnAlarm(alarm: cloudwatch.Alarm, teller: lambda.IFunction, permissionId: string): void {
  alarm.addAlarmAction({ bind: () => ({ alarmActionArn: teller.functionArn }) });
  teller.addPermission(permissionId, {
    principal: new iam.ServicePrincipal('lambda.alarms.cloudwatch.amazonaws.com'),
    sourceArn: alarm.alarmArn,
    sourceAccount: Stack.of(alarm).account,
  });
}
