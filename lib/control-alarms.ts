import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { callOnAlarm } from './alarm-action.ts';

interface ControlAlarmsProps {
  /** of the deployment */
  readonly name: string;
  /** at most three: an alarm takes ten metrics */
  readonly machineArns: readonly string[];
  readonly reapArn: string;
  readonly watchStarts: lambda.IFunction;
  /** in seconds: how often the watch looks at most */
  readonly watchEverySeconds: number;
  readonly deadLetters: cloudwatch.IAlarm;
  /** what alarms call */
  readonly teller: lambda.IFunction;
}

const EXECUTION_ENDINGS = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];
const FIVE_MINUTES = Duration.minutes(5);
/** Looks that may be missed before it counts as silence. */
const MISSED_LOOKS = 3;
/** The reaper looks every quarter of an hour. */
const REAPER_SILENT_MINUTES = 45;

/**
 * What watches the control plane itself. Each alarm tells people by the function that tells of dead letters; what a
 * net or a report already tells of (a leak, a net or a run that failed) only shows. The composite alarm is one light for all of
 * it: a team's pager subscribes to that one.
 */
export class ControlAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ControlAlarmsProps) {
    super(scope, id);
    const shown = [this.executions(props), this.leaks(props)];
    const told = [this.madeUpFor(props), this.watchSilent(props), this.reaperSilent(props)];
    for (const alarm of told) callOnAlarm(alarm, props.teller, `${alarm.node.id}Alarm`);
    new cloudwatch.CompositeAlarm(this, 'ControlPlane', {
      compositeAlarmName: `${props.name}-control-plane`,
      alarmDescription: 'Something is wrong with Flarepath itself: an alarm below this one says what.',
      alarmRule: cloudwatch.AlarmRule.anyOf(
        ...[...shown, ...told, props.deadLetters].map((alarm) =>
          cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.ALARM),
        ),
      ),
    });
  }

  private executions({ name, machineArns }: ControlAlarmsProps): cloudwatch.Alarm {
    const metrics = machineArns.flatMap((StateMachineArn, m) =>
      EXECUTION_ENDINGS.map((metricName, i): [string, cloudwatch.Metric] => [
        `m${m}e${i}`,
        new cloudwatch.Metric({
          namespace: 'AWS/States',
          metricName,
          dimensionsMap: { StateMachineArn },
          statistic: 'Sum',
          period: FIVE_MINUTES,
        }),
      ]),
    );
    const metric = new cloudwatch.MathExpression({
      expression: 'SUM(METRICS())',
      usingMetrics: Object.fromEntries(metrics),
      period: FIVE_MINUTES,
      label: 'executions that ended badly',
    });
    return this.alarm('Executions', `${name}-executions`, {
      metric,
      alarmDescription: 'An execution of a state machine failed, timed out or was aborted',
    });
  }

  private leaks({ name }: ControlAlarmsProps): cloudwatch.Alarm {
    return this.alarm('Leaks', `${name}-leaks`, {
      metric: ownMetric('ClustersLeaked', 'find-leaked-clusters'),
      alarmDescription: 'The reaper found a cluster that no run owned',
    });
  }

  private madeUpFor({ name }: ControlAlarmsProps): cloudwatch.Alarm {
    return this.alarm('StartsMissed', `${name}-starts-missed`, {
      metric: ownMetric('StartsMadeUpFor', 'watch-starts'),
      evaluationPeriods: 2,
      alarmDescription:
        'Runs were due and none came, twice in ten minutes: schedules or the function start-run do not work. The ' +
        'watch starts runs late. See the log of start-run, and whether the schedules are enabled.',
    });
  }

  private watchSilent({ name, watchStarts, watchEverySeconds }: ControlAlarmsProps): cloudwatch.Alarm {
    const period = Duration.seconds(Math.max(watchEverySeconds, FIVE_MINUTES.toSeconds()));
    return this.alarm('WatchSilent', `${name}-watch-silent`, {
      metric: watchStarts.metricInvocations({ statistic: 'Sum', period }),
      evaluationPeriods: MISSED_LOOKS,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      alarmDescription:
        'Nothing watches over starts: watch-starts is not called. A run that does not start now is missed. See ' +
        'whether its schedule is enabled and may invoke it.',
    });
  }

  private reaperSilent({ name, reapArn }: ControlAlarmsProps): cloudwatch.Alarm {
    return this.alarm('ReaperSilent', `${name}-reaper-silent`, {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/States',
        metricName: 'ExecutionsStarted',
        dimensionsMap: { StateMachineArn: reapArn },
        statistic: 'Sum',
        period: Duration.minutes(REAPER_SILENT_MINUTES),
      }),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      alarmDescription:
        'Nothing looks for clusters that no run owns: the state machine reap is not started. See whether its ' +
        'schedule is enabled and may start it.',
    });
  }

  private alarm(
    id: string,
    alarmName: string,
    own: Partial<cloudwatch.AlarmProps> & Pick<cloudwatch.AlarmProps, 'metric' | 'alarmDescription'>,
  ): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, {
      alarmName,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      ...own,
    });
  }
}

/** A metric that a function publishes; Powertools adds the function's name. */
function ownMetric(metricName: string, service: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'Flarepath',
    metricName,
    dimensionsMap: { service },
    statistic: 'Sum',
    period: FIVE_MINUTES,
  });
}
