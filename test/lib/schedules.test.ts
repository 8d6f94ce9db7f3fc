import { Match } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJobsDirectory } from '../../lib/jobs.ts';
import { maximumEventAgeSeconds, watchEverySeconds } from '../../lib/schedules.ts';
import { resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf();
const jobs = readJobsDirectory('examples/jobs').map(({ job }) => job);

describe('schedules', () => {
  it('are one for each job that a schedule starts, one for the reaper, one for each watch', () => {
    const scheduled = jobs.filter(({ start }) => 'schedule' in start).map(({ name }) => `flarepath-${name}`);
    const names = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule')).map(
      ({ Properties }) => Properties.Name,
    );
    expect(names.sort()).toEqual(
      [...scheduled, 'flarepath-reap', 'flarepath-watch-fleet', 'flarepath-watch-starts'].sort(),
    );
  });

  it('start a run at its local time, to the minute, and hand on when that was', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'flarepath-orders-nightly',
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({
        Input: '{"job":"orders-nightly","scheduledAt":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: Match.anyValue(),
      }),
    });
  });

  it('reap every quarter of an hour', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'flarepath-reap',
      ScheduleExpression: 'rate(15 minutes)',
    });
  });

  it('look for missing starts as often as the job in the greatest hurry needs, every 5 to 15 minutes', () => {
    const within = (...minutes: number[]) =>
      watchEverySeconds(
        minutes.map((withinMinutes) => ({
          start: { schedule: { cron: '0 6 * * ? *', timeZone: 'UTC' } },
          deadline: { withinMinutes },
        })),
      ) / 60;
    // half of the time to the deadline is taken for the run, a sixth of the rest may go by
    expect([within(), within(600), within(600, 96), within(30)]).toEqual([15, 15, 8, 5]);
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'flarepath-watch-starts',
      ScheduleExpression: 'rate(5 minutes)',
    });
  });

  it('give up on a start while the run could still make its deadline', () => {
    const ages = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule'))
      .filter(({ Properties }) => Properties.Name === 'flarepath-orders-nightly')
      .map(({ Properties }) => Properties.Target.RetryPolicy.MaximumEventAgeInSeconds);
    // From 02:00 to 05:30, an hour less when clocks change, of which 40 minutes are the run.
    expect(ages).toEqual([(210 - 60 - 40) * 30]);
  });

  it('measure a start by arrival of data by its deadline, too', () => {
    const inventory = { ...jobs.find(({ name }) => name === 'inventory-snapshot')! };
    expect(maximumEventAgeSeconds({ ...inventory, deadline: { withinMinutes: 40 } })).toBe(10 * 60);
  });

  it('never hold an event longer than Scheduler can, or less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 15, max: 7 * 24 * 60 }),
        fc.integer({ min: 1, max: 10_000 }),
        (withinMinutes, typicalMinutes) => {
          const age = maximumEventAgeSeconds({
            start: { schedule: { cron: '0 6 * * ? *', timeZone: 'UTC' } },
            deadline: { withinMinutes },
            baseline: { instanceType: 'm5.xlarge', count: 1, typicalMinutes },
          });
          return age >= 60 && age <= 86_400 && (age === 60 || age < withinMinutes * 60);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('rules', () => {
  it('start a job when its data arrives', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: ['example-data'] },
          object: { key: [{ wildcard: 'inventory/*_SUCCESS' }] },
        },
      },
    });
  });

  it('wake the pilot on EMR’s and EC2’s events', () => {
    const wakeUps = Object.values(resourcesOf(template, 'AWS::Events::Rule'))
      .filter(({ Properties }) => JSON.stringify(Properties.Targets).includes('Functionswake'))
      .flatMap(({ Properties }) => Properties.EventPattern['detail-type']);
    expect(wakeUps.sort()).toEqual([
      'EC2 Instance Rebalance Recommendation',
      'EC2 Spot Instance Interruption Warning',
      'EMR Cluster State Change',
      'EMR Step Status Change',
    ]);
  });

  it('release the cluster of a run whose execution failed, timed out or was aborted', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'flarepath-run-failed',
      EventPattern: Match.objectLike({
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: Match.anyValue() },
      }),
      Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('^StateMachinesrelease') } })],
    });
  });

  it('leave undelivered events where a person finds them', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Events::Rule'))) {
      for (const target of Properties.Targets) expect(target.DeadLetterConfig?.Arn).toBeDefined();
    }
  });
});
