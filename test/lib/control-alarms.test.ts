import { describe, expect, it } from 'vitest';
import { resourcesOf, templateOf, textOf } from './synthesised.ts';

const template = templateOf();
const alarms = Object.fromEntries(
  Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => [
    Properties.AlarmName.replace('flarepath-', ''),
    Properties,
  ]),
);

describe('alarms about the control plane', () => {
  it('are all under one light, which calls nobody itself', () => {
    const [composite] = Object.values(resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm'));
    expect(composite?.Properties.AlarmName).toBe('flarepath-control-plane');
    const ids = Object.keys(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
    const rule = textOf(composite?.Properties.AlarmRule);
    expect(ids).toHaveLength(6);
    for (const id of ids) expect(rule).toContain(`ALARM("<${id}.Arn>")`);
    expect(rule.match(/ OR /g)).toHaveLength(5);
    expect(composite?.Properties.AlarmActions).toBeUndefined();
  });

  it('tell people, but for what a net tells of already', () => {
    const tells = (name: string) => textOf(alarms[name]?.AlarmActions?.[0] ?? '');
    for (const name of ['dead-letters', 'starts-missed', 'watch-silent', 'reaper-silent']) {
      expect(tells(name)).toMatch(/^<Functionsreportdeadletters/);
    }
    for (const name of ['executions', 'leaks']) expect(tells(name)).toBe('');
    const told = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === 'lambda.alarms.cloudwatch.amazonaws.com',
    );
    expect(told).toHaveLength(4);
  });

  it('go off when nothing is heard of what must be heard of', () => {
    for (const name of ['watch-silent', 'reaper-silent']) {
      expect(alarms[name]).toMatchObject({
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
      });
    }
    // three looks of the watch, three of the reaper
    expect(alarms['watch-silent']!.Period * alarms['watch-silent']!.EvaluationPeriods).toBe(900);
    expect(alarms['reaper-silent']!.Period).toBe(2700);
  });

  it('count the metrics that functions publish, under the names that Powertools gives them', () => {
    const metric = (name: string) => [alarms[name]?.MetricName, alarms[name]?.Dimensions];
    expect(metric('leaks')).toEqual(['ClustersLeaked', [{ Name: 'service', Value: 'find-leaked-clusters' }]]);
    expect(metric('starts-missed')).toEqual([
      'StartsMadeUpFor',
      [{ Name: 'service', Value: 'watch-starts' }],
    ]);
    expect(alarms['executions']!.Metrics.length).toBeLessThanOrEqual(10);
  });
});
