import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { AwsFailure, type Principal } from '../../../simulator/contracts.ts';
import type { FaultInput } from '../../../simulator/faults.ts';
import { answering, openAccount, TRANSPORTS } from '../protocols/sdk-clients.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';

const startAtMs = Date.UTC(2026, 0, 5);
const sfn = () => answering('sfn', { StartExecution: () => ({ executionArn: 'x', startDate: new Date() }) });

function kernelWith(service: ReturnType<typeof answering>, faults: FaultInput[] = []) {
  const kernel = createKernel({ seed: 1, startAtMs, faults });
  kernel.register(service.service);
  const call = (operation: string, input: unknown) =>
    kernel.settle(() =>
      kernel.call(service.service.name, operation, input, kernel.root).then(
        (output) => ({ output }),
        (error: unknown) => ({ error }),
      ),
    );
  return { kernel, call };
}

describe('a call', () => {
  it('with a wrong value is answered in the words of AWS', async () => {
    const { kernel, call } = kernelWith(
      answering('emr', { ModifyInstanceFleet: () => undefined, RunJobFlow: () => ({}) }),
    );
    expect(await call('RunJobFlow', { Name: 'n' })).toMatchObject({
      error: {
        code: 'ValidationException',
        message:
          "1 validation error detected: Value null at 'instances' failed to satisfy constraint: Member must not be null",
      },
    });
    const wrongEnum = { Name: 'n', Instances: { InstanceFleets: [{ InstanceFleetType: 'CENTRE' }] } };
    expect(await call('RunJobFlow', wrongEnum)).toMatchObject({
      error: {
        message: expect.stringContaining("'CENTRE' at 'instances.instanceFleets.1.member.instanceFleetType'"),
      },
    });
    expect(kernel.violations).toEqual([]);
  });

  it('with an unknown member, operation or service is refused loudly and remembered', async () => {
    const { kernel, call } = kernelWith(sfn());
    expect(await call('StartExecution', { stateMachineArn: 'a', colour: 'red' })).toMatchObject({
      error: { name: 'NotSimulatedError', message: expect.stringContaining('colour') },
    });
    expect(await call('PaintExecution', {})).toMatchObject({ error: { name: 'NotSimulatedError' } });
    await kernel.settle(() => kernel.call('polly', 'Speak', {}, kernel.root).catch(() => undefined));
    expect(kernel.violations.map(({ kind }) => kind)).toEqual([
      'not-simulated',
      'not-simulated',
      'not-simulated',
    ]);
  });

  it('whose answer breaks the model is a fault of the service, and remembered', async () => {
    const { kernel, call } = kernelWith(answering('sfn', { StartExecution: () => ({ executionArn: 3 }) }));
    await call('StartExecution', { stateMachineArn: 'a' });
    expect(kernel.violations[0]).toMatchObject({
      kind: 'service',
      message: expect.stringContaining('executionArn'),
    });
  });

  it('with a payload above 262,144 bytes is refused, one of exactly that size is not', async () => {
    const { call } = kernelWith(sfn());
    const sized = (bytes: number) => ({
      stateMachineArn: 'a',
      input: JSON.stringify('é'.repeat((bytes - 2) / 2)),
    });
    expect(await call('StartExecution', sized(262_144))).toHaveProperty('output');
    expect(await call('StartExecution', sized(262_146))).toMatchObject({
      error: { code: 'ValidationException' },
    });
  });

  it('too soon after others is throttled, and passes again after a while', async () => {
    const { kernel, call } = kernelWith(answering('emr', { TerminateJobFlows: () => undefined }));
    const terminate = () => call('TerminateJobFlows', { JobFlowIds: ['j-1'] });
    for (let i = 0; i < 5; i += 1) expect(await terminate()).toHaveProperty('output');
    expect(await terminate()).toMatchObject({ error: { code: 'ThrottlingException' } });
    await kernel.runUntil(kernel.clock.nowMs() + 3000);
    expect(await terminate()).toHaveProperty('output');
  });

  it('meets the faults of its scenario, as often as they say', async () => {
    const service = sfn();
    const { call } = kernelWith(service, [
      { kind: 'throttle', match: { service: 'sfn', operation: 'Start*' }, times: 1 },
      { kind: 'lost-response', match: { service: 'sfn' }, times: 1 },
    ]);
    expect(await call('StartExecution', { stateMachineArn: 'a' })).toMatchObject({
      error: { code: 'ThrottlingException' },
    });
    expect(service.inputs).toHaveLength(0);
    expect(await call('StartExecution', { stateMachineArn: 'a' })).toMatchObject({
      error: { code: 'SdkClientException' },
    });
    expect(service.inputs).toHaveLength(1);
    expect(await call('StartExecution', { stateMachineArn: 'a' })).toHaveProperty('output');
  });

  it('takes virtual time, and calls of one instant are admitted in the order of their content', async () => {
    const service = answering('sfn', {
      StartExecution: () => ({ executionArn: 'x', startDate: new Date() }),
    });
    const { kernel } = kernelWith(service);
    const names = ['c', 'a', 'b'];
    const run = (order: string[]) =>
      kernel.settle(() =>
        Promise.all(
          order.map((name) => kernel.call('sfn', 'StartExecution', { stateMachineArn: name }, kernel.root)),
        ),
      );
    await run(names);
    expect(kernel.clock.nowMs()).toBeGreaterThan(startAtMs);
    const other = createKernel({ seed: 1, startAtMs });
    other.register(sfn().service);
    await other.settle(() =>
      Promise.all(
        [...names]
          .reverse()
          .map((name) => other.call('sfn', 'StartExecution', { stateMachineArn: name }, other.root)),
      ),
    );
    expect(other.traced.hash()).toBe(kernel.traced.hash());
  });
});

describe.each(TRANSPORTS)('an SDK client over %s', (transport) => {
  it('retries throttling and a lost response by itself, in virtual time', async () => {
    const service = sfn();
    const account = await openAccount(transport, [service.service], {
      faults: [
        { kind: 'throttle', match: { service: 'sfn' }, times: 1 },
        { kind: 'lost-response', match: { service: 'sfn' }, times: 1 },
      ],
    });
    const { kernel, clients } = account;
    await kernel.settle(() => clients.sfn.send(new StartExecutionCommand({ stateMachineArn: 'a' })));
    expect(service.inputs).toHaveLength(2);
    const calls = kernel.traced.entries.filter(({ kind }) => kind === 'call');
    expect(calls.map(({ detail }) => detail['error'])).toEqual([
      'ThrottlingException',
      'SdkClientException',
      undefined,
    ]);
    await account.close();
  });

  it('with a key that nobody was handed is a stranger', async () => {
    const account = await openAccount(transport, [sfn().service], {}, 'AKIAUNKNOWN');
    const error = await account.kernel.settle(() =>
      account.clients.sfn
        .send(new StartExecutionCommand({ stateMachineArn: 'a' }))
        .catch((reason: unknown) => reason),
    );
    expect(error).toMatchObject({ name: 'UnrecognizedClientException' });
    await account.close();
  });

  it('speaks for the role whose key it has, within its policies', async () => {
    const dynamodb = answering('dynamodb', { PutItem: () => ({}) });
    const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/t';
    const service = {
      ...dynamodb.service,
      operations: {
        PutItem: { run: () => ({}), permissions: () => [{ action: 'dynamodb:PutItem', resource: table }] },
      },
    };
    const role: Principal = {
      kind: 'role',
      id: 'arn:aws:iam::123456789012:role/r',
      assumedBy: 'lambda.amazonaws.com',
    };
    const trust = {
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    };
    const account = await openAccount(transport, [service], {}, (kernel) => kernel.accessKeys.keyOf(role));
    const { kernel, clients } = account;
    kernel.access.addRole({ arn: role.id, name: 'r', trust, policies: [] });
    const put = () =>
      kernel.settle(() =>
        clients.dynamodb
          .send(new PutItemCommand({ TableName: 't', Item: {} }))
          .catch((reason: unknown) => reason),
      );
    expect(await put()).toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/r/lambda is not authorized to perform: dynamodb:PutItem on ' +
        `resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    kernel.access.attach('r', { Statement: [{ Effect: 'Allow', Action: 'dynamodb:Put*', Resource: table }] });
    expect(await put()).not.toBeInstanceOf(Error);
    await account.close();
  });
});

it('a failure of AWS keeps its code and details', () => {
  expect(new AwsFailure('Code', 'text', 404, { a: 1 })).toMatchObject({
    code: 'Code',
    statusCode: 404,
    details: { a: 1 },
  });
});
