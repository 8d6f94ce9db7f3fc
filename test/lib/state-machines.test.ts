import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { MACHINE_NAMES } from '../../lib/machine-names.ts';
import { StateMachines } from '../../lib/state-machines.ts';
import { resourcesOf, statementsOf, templateOf, textOf } from './synthesised.ts';

const template = templateOf({ approvalTimeoutMinutes: 45 });
const machines = Object.values(resourcesOf(template, 'AWS::StepFunctions::StateMachine')).map(
  ({ Properties }) => Properties,
);
const definitionOf = (name: string) =>
  textOf(machines.find(({ StateMachineName }) => StateMachineName === `flarepath-${name}`)?.DefinitionString);

interface State {
  TimeoutSeconds?: unknown;
  Arguments?: { FunctionName?: string };
  ItemProcessor?: { States: Record<string, State> };
}

function statesOf(definition: string): State[] {
  const flatten = (states: Record<string, State>): State[] =>
    Object.values(states).flatMap((state) => [state, ...flatten(state.ItemProcessor?.States ?? {})]);
  return flatten(JSON.parse(definition).States);
}

describe('state machines', () => {
  it('are standard, traced, and log failures without what was handed on', () => {
    expect(machines.map(({ StateMachineName }) => StateMachineName).sort()).toEqual(
      MACHINE_NAMES.map((name) => `flarepath-${name}`).sort(),
    );
    for (const properties of machines) {
      expect(properties).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
      });
    }
  });

  it.each(MACHINE_NAMES)('%s is valid JSON with every placeholder filled in', (name) => {
    const definition = definitionOf(name);
    expect(() => JSON.parse(definition)).not.toThrow();
    expect(definition).not.toContain('${');
  });

  it('wait for an approval as long as the settings say', () => {
    expect(definitionOf('run-job')).toContain('"TimeoutSeconds": 2700,');
  });

  it('never wait less for a function than it may run: a retry would run beside it', () => {
    const timeouts = new Map(
      Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).map(([id, { Properties }]) => [
        `<${id}.Arn>`,
        Properties.Timeout as number,
      ]),
    );
    const waits = MACHINE_NAMES.flatMap((name) => statesOf(definitionOf(name)))
      .filter(
        ({ Arguments, TimeoutSeconds }) =>
          Arguments?.FunctionName !== undefined && typeof TimeoutSeconds === 'number',
      )
      .map(({ Arguments, TimeoutSeconds }) => ({
        name: Arguments?.FunctionName,
        isLongEnough: Number(TimeoutSeconds) > (timeouts.get(String(Arguments?.FunctionName)) ?? Infinity),
      }));
    expect(waits.length).toBeGreaterThan(15);
    expect(waits.filter(({ isLongEnough }) => !isLongEnough)).toEqual([]);
  });

  it('may call exactly the functions that they name', () => {
    for (const name of MACHINE_NAMES) {
      const called = new Set(definitionOf(name).match(/<Functions\w+\.Arn>/g));
      const granted = statementsOf(template)
        .filter(({ owner }) => owner.startsWith(`StateMachines${name.replace('-', '')}role`))
        .filter(({ actions }) => actions.includes('lambda:InvokeFunction'))
        .flatMap(({ resources }) => resources);
      expect(new Set(granted)).toEqual(called);
    }
  });

  it('let run-job start, watch and stop the flight, and nothing else of Step Functions', () => {
    const states = statementsOf(template).filter(
      ({ owner, actions }) =>
        owner.startsWith('StateMachines') && actions.some((action) => action.startsWith('states:')),
    );
    expect(states.every(({ owner }) => owner.startsWith('StateMachinesrunjob'))).toBe(true);
    expect(
      states
        .flatMap(({ resources }) => resources)
        .every((resource) => /:flarepath-fly(:\*)?$/.test(resource)),
    ).toBe(true);
  });

  it('that name something nobody provides stop the synthesis with its name', () => {
    const definitions = mkdtempSync(join(tmpdir(), 'flarepath-definitions-'));
    for (const name of MACHINE_NAMES) {
      const text = readFileSync(`statemachines/${name}.asl.json`, 'utf8').replace('${sleepArn}', '${napArn}');
      writeFileSync(join(definitions, `${name}.asl.json`), text);
    }
    const synthesise = () => {
      const stack = new Stack(new App(), 'Machines');
      const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
      new StateMachines(stack, 'StateMachines', {
        name: 'flarepath',
        functionArn,
        numbers: { approvalTimeoutSeconds: 60 },
        logRetentionDays: 1,
        definitions,
      });
      return Template.fromStack(stack);
    };
    expect(synthesise).toThrow('nothing is called "${napArn}"');
  });
});
