import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { grantsOf, withoutGrant } from '../../../simulator/deploy/edit-template.ts';
import type { FaultInput } from '../../../simulator/faults.ts';
import { createScenario, type ScenarioOptions } from '../../../simulator/scenario.ts';
import { readWorldFile } from '../../../simulator/world/world-file.ts';
import { worker, writeSmallAssembly } from './small-assembly.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const assemblyDirectory = writeSmallAssembly();
const world = readWorldFile('startDate: "2026-01-05"', 'world.yaml');
const noise: FaultInput[] = [
  { kind: 'throttle', probability: 0.1 },
  { kind: 'server-error', match: { service: 's3' }, probability: 0.1 },
  { kind: 'lost-response', match: { service: 'dynamodb' }, probability: 0.2 },
];
const handlers = { worker: worker() };

afterAll(() => rmSync(assemblyDirectory, { recursive: true }));

async function scenarioOf(options: Partial<ScenarioOptions> = {}) {
  const scenario = await createScenario({ assemblyDirectory, world, seed: 1, handlers, ...options });
  const outputs = await scenario.deploy();
  return { scenario, outputs };
}

async function hashOf(seed: number, transport: 'in-process' | 'loopback'): Promise<string> {
  const { scenario } = await scenarioOf({ seed, transport, faults: noise });
  await scenario.runUntil(scenario.kernel.clock.nowMs() + 2 * 3_600_000);
  const calls = scenario.kernel.traced.entries.filter(({ kind }) => kind === 'call').length;
  expect(calls).toBeGreaterThan(30);
  expect(scenario.violations).toEqual([]);
  await scenario.close();
  return scenario.traceHash();
}

const seeds = Array.from({ length: 20 }, (_seed, index) => index + 1);

describe('a scenario', () => {
  it('begins at its first instant and starts what is scheduled', async () => {
    const { scenario } = await scenarioOf();
    expect(new Date(scenario.kernel.clock.nowMs()).toISOString()).toBe('2026-01-05T00:00:00.000Z');
    await scenario.runUntil(Date.UTC(2026, 0, 5, 3));
    expect(scenario.services.sfn.executions('small').map(({ status }) => status)).toEqual(
      Array(6).fill('SUCCEEDED'),
    );
    expect(scenario.services.s3.list('small-bucket')).toHaveLength(12);
    expect(scenario.violations).toEqual([]);
    await scenario.close();
  });

  it('gives the same trace for the same seed, whichever seeds ran before, on both transports', async () => {
    const forwards: string[] = [];
    for (const seed of seeds) forwards.push(await hashOf(seed, 'in-process'));
    const backwards: string[] = [];
    for (const seed of [...seeds].reverse()) backwards.unshift(await hashOf(seed, 'in-process'));
    const loopback: string[] = [];
    for (const seed of seeds) loopback.push(await hashOf(seed, 'loopback'));
    expect(backwards).toEqual(forwards);
    expect(loopback).toEqual(forwards);
    expect(new Set(forwards).size).toBe(seeds.length);
  }, 60_000);

  it.each(['in-process', 'loopback'] as const)('can be asked as root over %s', async (transport) => {
    const { scenario, outputs } = await scenarioOf({ transport });
    const client = new SFNClient({ ...scenario.client });
    const answer = await scenario.during(async () => {
      const started = await client.send(
        new StartExecutionCommand({ stateMachineArn: outputs['MachineArn'] }),
      );
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      const listed = await client.send(new ListExecutionsCommand({ stateMachineArn: outputs['MachineArn'] }));
      const described = await client.send(
        new DescribeExecutionCommand({ executionArn: started.executionArn }),
      );
      return { count: listed.executions?.length, status: described.status };
    });
    expect(answer).toEqual({ count: 2, status: 'SUCCEEDED' });
    client.destroy();
    await scenario.close();
  });
});

describe('a missing grant', () => {
  const template: unknown = JSON.parse(readFileSync(join(assemblyDirectory, 'Small.template.json'), 'utf8'));

  it.each(grantsOf(template).map((grant) => [`${grant.resource} ${grant.action}`, grant] as const))(
    '%s fails the chain',
    async (_name, grant) => {
      const { scenario } = await scenarioOf({ editTemplate: (json) => withoutGrant(json, grant) });
      await scenario.runUntil(Date.UTC(2026, 0, 5, 0, 45));
      const executions = scenario.services.sfn.executions('small');
      expect(executions.every(({ status }) => status === 'FAILED')).toBe(true);
      const refusal = scenario.kernel.traced.entries.find(({ detail }) =>
        /^AccessDenied/.test(String(detail['error'])),
      );
      expect(String(refusal?.detail['message'])).toContain(grant.action);
      await scenario.close();
    },
  );
});
