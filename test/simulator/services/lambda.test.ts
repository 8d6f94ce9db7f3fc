import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ResourceHandler } from '../../../simulator/contracts.ts';
import { currentGuest } from '../../../simulator/kernel/guest.ts';
import type { GuestContext, GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';
import { createLambdaService, type LambdaService } from '../../../simulator/services/lambda/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
let lambda: LambdaService;
const handlers: Record<string, GuestHandler> = {};
const requestHandler = { handle: vi.fn(() => Promise.resolve('answer')) };

interface Answer {
  StatusCode: number;
  FunctionError?: string;
  Payload: Uint8Array;
}

beforeEach(() => {
  kernel = fakeKernel();
  requestHandler.handle.mockClear();
  lambda = createLambdaService(kernel, {
    handlers,
    requestHandler,
    endpointUrl: 'http://127.0.0.1:4000',
    accessKeyOf: ({ id }) => `key of ${id}`,
  });
  kernel.register(lambda);
});

const create = (
  resources: Readonly<Record<string, ResourceHandler>>,
  type: string,
  logicalId: string,
  properties: object,
) => resources[type]!(logicalId, { ...properties }, kernel);

async function deploy(name: string, handler: GuestHandler, properties: object = {}) {
  handlers[name] = handler;
  return create(lambda.resources, 'AWS::Lambda::Function', name, {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
    Role: 'arn:aws:iam::123456789012:role/worker',
    Timeout: 10,
    MemorySize: 256,
    Environment: { Variables: { LEDGER_TABLE: 'ledger' } },
    ...properties,
  });
}

async function invoke(FunctionName: string, event: unknown = {}) {
  const input = { FunctionName, Payload: JSON.stringify(event) };
  const answer = await kernel.during(asked<Answer>(kernel, 'lambda', 'Invoke', input));
  return { ...answer, value: JSON.parse(new TextDecoder().decode(answer.Payload)) as unknown };
}

describe('an invocation', () => {
  test('answers what the handler returns, after virtual time has passed', async () => {
    await deploy('echo', (event) => ({ got: event }));
    const before = kernel.clock.nowMs();
    expect(await invoke('echo', { a: 1 })).toMatchObject({ StatusCode: 200, value: { got: { a: 1 } } });
    expect(kernel.clock.nowMs()).toBeGreaterThan(before);
  });

  test('sees its own environment, role and context', async () => {
    let seen: { environment: unknown; context: GuestContext } | undefined;
    await deploy(
      'look',
      (_event, context) => void (seen = { environment: currentGuest()?.environment, context }),
    );
    await invoke('arn:aws:lambda:us-east-1:123456789012:function:look');
    expect(seen?.environment).toMatchObject({
      LEDGER_TABLE: 'ledger',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'key of arn:aws:iam::123456789012:role/worker',
      AWS_LAMBDA_FUNCTION_NAME: 'look',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4000',
    });
    expect(seen?.context).toMatchObject({
      functionName: 'look',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:look',
    });
  });

  test('an error leaves with its name, as state machines match it', async () => {
    class NoFeasiblePlanError extends Error {
      override name = 'NoFeasiblePlanError';
    }
    await deploy('fail', () => {
      throw new NoFeasiblePlanError('too dear');
    });
    expect(await invoke('fail')).toMatchObject({
      FunctionError: 'Unhandled',
      value: { errorType: 'NoFeasiblePlanError', errorMessage: 'too dear' },
    });
  });

  test('runs out of time by the virtual clock, and does nothing more afterwards', async () => {
    const reset = vi.fn<(seams?: { requestHandler?: unknown }) => void>();
    const handler: GuestHandler = async (_event, context) => {
      const remaining = context.getRemainingTimeInMillis();
      await kernel.clock.sleep(60_000, 'a slow call');
      const [seams] = reset.mock.calls[0] ?? [];
      await (seams?.requestHandler as typeof requestHandler).handle();
      return remaining;
    };
    await deploy('slow', Object.assign(handler, { reset }));
    expect(await invoke('slow')).toMatchObject({
      FunctionError: 'Unhandled',
      value: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/timed out after 10.00 seconds$/),
      },
    });
    await kernel.advance(120_000);
    expect(requestHandler.handle).not.toHaveBeenCalled();
  });

  test('what is larger than 6 MB does not come back', async () => {
    await deploy('big', () => 'x'.repeat(6_300_000));
    expect(await invoke('big')).toMatchObject({ value: { errorType: 'Function.ResponseSizeTooLarge' } });
  });

  test('what a handler prints stays off the terminal', async () => {
    const lines: string[] = [];
    lambda = createLambdaService(kernel, {
      handlers,
      accessKeyOf: () => 'key',
      onLog: (name, text) => lines.push(`${name}: ${text}`),
    });
    kernel.register(lambda);
    await deploy('talk', () => void process.stdout.write('a line\n'));
    await invoke('talk');
    expect(lines).toEqual(['talk: a line\n']);
  });
});

describe('environments', () => {
  test('start cold, stay warm, and are gone after minutes without use', async () => {
    const reset = vi.fn();
    await deploy(
      'warm',
      Object.assign(() => 1, { reset }),
    );
    const timed = async () => {
      const before = kernel.clock.nowMs();
      await invoke('warm');
      return kernel.clock.nowMs() - before;
    };
    const cold = await timed();
    expect(reset).toHaveBeenCalledTimes(1);
    expect(await timed()).toBeLessThan(cold);
    expect(reset).toHaveBeenCalledTimes(1);
    await kernel.advance(3_600_000);
    await invoke('warm');
    expect(reset).toHaveBeenCalledTimes(2);
  });

  test('a cold start beside a running invocation leaves its module alone', async () => {
    const reset = vi.fn();
    await deploy(
      'both',
      Object.assign(() => kernel.clock.sleep(5000, 'work'), { reset }),
    );
    const first = asked<Answer>(kernel, 'lambda', 'Invoke', { FunctionName: 'both' });
    await kernel.advance(3000);
    const second = asked<Answer>(kernel, 'lambda', 'Invoke', { FunctionName: 'both' });
    await kernel.during(Promise.all([first, second]));
    expect(reset).toHaveBeenCalledTimes(1);
    expect(lambda.functions.get('both')?.environments).toHaveLength(2);
  });

  test('reserved concurrency throttles', async () => {
    await deploy('one', () => kernel.clock.sleep(5000, 'work'), { ReservedConcurrentExecutions: 1 });
    const first = asked<Answer>(kernel, 'lambda', 'Invoke', { FunctionName: 'one' });
    await expect(asked(kernel, 'lambda', 'Invoke', { FunctionName: 'one' })).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      statusCode: 429,
    });
    await kernel.during(first);
  });
});

describe('functions of the template', () => {
  test('load their handler from the code asset', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'asset-'));
    writeFileSync(join(directory, 'index.mjs'), 'export const handler = async (event) => event.a + 1;');
    lambda = createLambdaService(kernel, {
      accessKeyOf: () => 'key',
      codeDirectory: ({ key }) => (key === 'abc.zip' ? directory : '/nowhere'),
    });
    kernel.register(lambda);
    delete handlers['asset'];
    await create(lambda.resources, 'AWS::Lambda::Function', 'asset', {
      FunctionName: 'asset',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
      Role: 'arn:aws:iam::123456789012:role/worker',
    });
    expect((await invoke('asset', { a: 1 })).value).toBe(2);
  });

  test('a permission becomes a statement of the function’s policy', async () => {
    const { attributes } = await deploy('open', () => 1);
    await create(lambda.resources, 'AWS::Lambda::Permission', 'AllowRule', {
      Action: 'lambda:InvokeFunction',
      FunctionName: attributes['Arn'],
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:aws:events:us-east-1:123456789012:rule/r',
    });
    expect(lambda.resourcePolicies!(attributes['Arn']!)).toMatchObject([
      {
        Statement: [
          {
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'lambda:InvokeFunction',
            Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/r' } },
          },
        ],
      },
    ]);
  });

  test('layers and other unknown settings are refused by name', async () => {
    await expect(deploy('layered', () => 1, { Layers: ['arn'] })).rejects.toThrow(
      /AWS::Lambda::Function layered .*Layers is unknown/,
    );
  });
});
