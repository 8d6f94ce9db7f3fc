import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { Environment as LookAndSteer } from '../../lambdas/look-and-steer.ts';
import type { Environment as Sleep } from '../../lambdas/sleep.ts';
import { FUNCTION_NAMES } from '../../lib/function-names.ts';
import type { VariablesOf } from '../../lib/state-function.ts';
import { resourcesOf, templateOf, textOf } from './synthesised.ts';

const template = templateOf();
const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(
  ({ Properties }) => Properties,
);
const named = (name: string) => functions.find(({ FunctionName }) => FunctionName === `flarepath-${name}`);

describe('functions', () => {
  it('are one for each handler', () => {
    expect(functions.map(({ FunctionName }) => FunctionName).sort()).toEqual(
      FUNCTION_NAMES.map((name) => `flarepath-${name}`).sort(),
    );
  });

  it('run on Node.js 24 on arm64, traced, with source maps and a log group of their own', () => {
    const logGroups = Object.entries(resourcesOf(template, 'AWS::Logs::LogGroup'));
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
      expect(properties.Environment.Variables.NODE_OPTIONS).toBe('--enable-source-maps');
      const [, logGroup] = logGroups.find(([id]) => id === properties.LoggingConfig.LogGroup.Ref) ?? [];
      expect(logGroup?.Properties).toMatchObject({
        LogGroupName: `/aws/lambda/${properties.FunctionName}`,
        RetentionInDays: 30,
      });
    }
  });

  it('know their name and the metrics’ namespace', () => {
    expect(named('plan-fleet')?.Environment.Variables).toMatchObject({
      POWERTOOLS_SERVICE_NAME: 'plan-fleet',
      POWERTOOLS_METRICS_NAMESPACE: 'Flarepath',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });

  it('that events invoke leave what they cannot handle where a person finds it', () => {
    const withDeadLetters = functions.filter(({ DeadLetterConfig }) => DeadLetterConfig !== undefined);
    expect(withDeadLetters.map(({ FunctionName }) => FunctionName).sort()).toEqual([
      'flarepath-raise-incident',
      'flarepath-report-failed-net',
      'flarepath-start-run',
      'flarepath-wake',
      'flarepath-watch-fleet',
      'flarepath-watch-starts',
    ]);
    const configurations = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));
    expect(configurations.map(({ Properties }) => Properties.MaximumEventAgeInSeconds).sort()).toEqual([
      // The least that a job's deadline leaves a start: fraud-scoring's, an hour before its window, half of it run.
      300,
      // The watches: their next call comes by then.
      300, 300, 3600, 3600, 900,
    ]);
  });

  it('have time and memory for what they do', () => {
    expect(named('plan-fleet')).toMatchObject({ MemorySize: 3008, Timeout: 300 });
    expect(named('sleep')).toMatchObject({ MemorySize: 256, Timeout: 30 });
    expect(functions.every(({ Timeout }) => Timeout >= 30 && Timeout <= 600)).toBe(true);
  });

  it('are told where clusters go as JSON that handlers can read', () => {
    const { SUBNETS, CLUSTER_TAGS } = named('launch-cluster')?.Environment.Variables ?? {};
    const zones = z
      .record(z.string(), z.string())
      .parse(JSON.parse(textOf(SUBNETS).replaceAll(/\{"Fn::Select".*?\}\]\}/g, 'zone')));
    expect(Object.keys(zones)).toHaveLength(3);
    expect(JSON.parse(CLUSTER_TAGS)).toEqual({
      flarepath: 'flarepath',
      'for-use-with-amazon-emr-managed-policies': 'true',
    });
  });
});

describe('the environment of a function', () => {
  it('is what its handler’s schema asks for: one variable too few or too many does not compile', () => {
    expectTypeOf<{ LEDGER_TABLE: string }>().toEqualTypeOf<VariablesOf<typeof Sleep>>();
    expectTypeOf<{ LEDGER_TABLE: string }>().not.toExtend<VariablesOf<typeof LookAndSteer>>();
    const sleep: VariablesOf<typeof Sleep> = { LEDGER_TABLE: 'ledger' };
    // @ts-expect-error a missing variable
    const missing: VariablesOf<typeof Sleep> = {};
    // @ts-expect-error a variable that the handler does not know
    const unknown: VariablesOf<typeof Sleep> = { LEDGER_TABLE: 'ledger', TABLE: 'ledger' };
    expect([sleep, missing, unknown]).toHaveLength(3);
  });
});
