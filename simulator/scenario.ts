import { readFileSync } from 'node:fs';
import { DeployedJobs } from '../core/contracts/job.ts';
import { createAccount, type Account } from './account.ts';
import { readAssembly, type Assembly } from './deploy/assembly.ts';
import { deployTemplate } from './deploy/deploy-template.ts';
import type { FaultInput } from './faults.ts';
import { ROOT_ACCESS_KEY_ID } from './kernel/access-keys.ts';
import { createKernel, type KernelHost, type Violation } from './kernel/index.ts';
import { createDirectConnection, type Connect } from './protocols/direct.ts';
import { createInProcessRequestHandler } from './protocols/in-process.ts';
import { startLoopback } from './protocols/loopback.ts';
import type { GuestHandler } from './services/lambda/guest-handler.ts';
import { beginCalling } from './world/callers.ts';
import type { StartApplication } from './world/spark/running-application.ts';
import type { WorldFile } from './world/world-file.ts';

/** before the first instant: old data settles, so that no rule of the product hears of it; then the product comes */
const PREPARATION_MS = 3_600_000;
const DEPLOYMENT_MS = 60_000;

export interface ScenarioOptions {
  /** what `cdk synth` wrote, the directory `cdk.out` */
  readonly assemblyDirectory: string;
  readonly seed: string | number;
  readonly world: WorldFile;
  /** where virtual time begins; the world's first midnight when left out */
  readonly startAt?: string;
  readonly transport?: 'in-process' | 'loopback';
  readonly faults?: readonly FaultInput[];
  /** functions handed over in place of the assembly's bundles, by function name or logical id */
  readonly handlers?: Readonly<Record<string, GuestHandler>>;
  /** changes a template before it is deployed, e.g. takes a grant out */
  readonly editTemplate?: (template: unknown) => unknown;
  /** what is uploaded in the place of an asset; undefined: the asset */
  readonly editAsset?: (path: string) => string | undefined;
  readonly onLog?: (functionName: string, text: string) => void;
  /** leaves out passes of schedules that would do nothing: faster, with the same outcome; not so when left out */
  readonly leavesOutIdlePasses?: boolean;
  /** runs steps in place of the modelled Spark */
  readonly startApplication?: StartApplication;
}

/** A whole simulated account with the product deployed into it, and time in hand. */
export interface Scenario extends Pick<Account, 'services' | 'world' | 'network'> {
  readonly kernel: KernelHost;
  /**
   * Creates what the assembly describes, uploads its assets, and lets the world's data begin to arrive.
   *
   * @returns the stacks' outputs
   */
  deploy(): Promise<Readonly<Record<string, string>>>;
  /** lets virtual time pass until that instant, milliseconds since the epoch */
  runUntil(untilMs: number, onProgress?: (nowMs: number) => void): Promise<void>;
  /** runs something that calls the simulated AWS, with virtual time passing as it must */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** what an SDK client is constructed with to speak as root: region, credentials, request handler or endpoint */
  readonly client: ClientSettings;
  /** the same for a program of its own: environment variables (loopback only) */
  readonly environment: Readonly<Record<string, string>>;
  traceHash(): string;
  readonly violations: readonly Violation[];
  close(): Promise<void>;
}

export interface ClientSettings {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestHandler?: object;
  /** takes commands in the place of SDK clients */
  readonly connect?: Connect;
  readonly endpoint?: string;
}

/**
 * Builds a simulated account: kernel, services, world and transport.
 *
 * @returns a scenario at its first instant, with nothing deployed yet
 */
export async function createScenario(options: ScenarioOptions): Promise<Scenario> {
  const { world: file, transport = 'in-process', faults = [], leavesOutIdlePasses } = options;
  const startAtMs = Date.parse(options.startAt ?? `${file.startDate}T00:00:00.000Z`);
  const kernel = createKernel({
    seed: options.seed,
    startAtMs: startAtMs - PREPARATION_MS,
    region: file.region,
    ...{ faults, leavesOutIdlePasses },
  });
  const assembly = readAssembly(options.assemblyDirectory, kernel, options.editTemplate);
  const dead = { is: (_guestId: string): boolean => false };
  const server =
    transport === 'loopback' ? await startLoopback(kernel, (guestId) => dead.is(guestId)) : undefined;
  const requestHandler = server === undefined ? createInProcessRequestHandler(kernel) : undefined;
  const connect = server === undefined ? createDirectConnection(kernel) : undefined;
  const account = createAccount(kernel, {
    world: file,
    requestHandler,
    connect,
    endpointUrl: server?.url,
    codeDirectory: codeDirectories(assembly),
    functions: options.handlers,
    onLog: options.onLog,
    startApplication: options.startApplication,
  });
  dead.is = (guestId) => account.services.lambda.isDead(guestId);
  const credentials = { accessKeyId: ROOT_ACCESS_KEY_ID, secretAccessKey: 'simulated-secret-access-key' };
  return {
    kernel,
    services: account.services,
    world: account.world,
    network: account.network,
    violations: kernel.violations,
    client: {
      region: kernel.region,
      credentials,
      ...(requestHandler === undefined ? {} : { requestHandler }),
      ...(connect === undefined ? {} : { connect: createDirectConnection(kernel, () => kernel.root) }),
      ...(server === undefined ? {} : { endpoint: server.url }),
    },
    environment: {
      AWS_REGION: kernel.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(server === undefined ? {} : { AWS_ENDPOINT_URL: server.url }),
    },
    async deploy() {
      prepare(account, assembly, options.editAsset);
      await kernel.runUntil(startAtMs - DEPLOYMENT_MS);
      const outputs = await deployStacks(kernel, account, assembly);
      beginCalling(kernel, account.world.file.callers, outputs);
      await kernel.runUntil(startAtMs);
      return outputs;
    },
    runUntil: (untilMs, onProgress) => kernel.runUntil(untilMs, onProgress),
    during: (work) => kernel.settle(work),
    traceHash: () => kernel.traced.hash(),
    close: async () => server?.close(),
  };
}

/** What exists before the product does: its uploaded assets, other teams' buckets, and the data of the past. */
function prepare(account: Account, assembly: Assembly, editAsset: ScenarioOptions['editAsset']): void {
  const { s3 } = account.services;
  for (const bucket of new Set(assembly.assets.map((asset) => asset.bucket))) s3.createBucket(bucket);
  for (const { path, zipped, bucket, key } of assembly.assets) {
    // bundles run from their directories; nothing reads them as archives
    if (!zipped) s3.putObject(bucket, key, editAsset?.(path) ?? new Uint8Array(readFileSync(path)));
  }
  for (const bucket of outsideBuckets(account, assembly)) s3.createBucket(bucket, { sendsEvents: true });
  account.world.beginDataArrival();
}

async function deployStacks(
  kernel: KernelHost,
  account: Account,
  assembly: Assembly,
): Promise<Record<string, string>> {
  const outputs: Record<string, string> = {};
  for (const { name, template } of assembly.stacks) {
    const deployed = await deployTemplate(kernel, template, {
      stackName: name,
      handlers: account.handlers,
      availabilityZones: Object.keys(account.world.file.zones),
      imports: outputs,
    });
    Object.assign(outputs, deployed.outputs);
  }
  return outputs;
}

/** Buckets that exist before the product: those of the world's data, and those that the jobs read and write. */
function outsideBuckets(account: Account, assembly: Assembly): string[] {
  const jobs = assembly.assets
    .filter(({ zipped, path }) => !zipped && path.endsWith('.json'))
    .flatMap(({ path }) => DeployedJobs.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.jobs ?? []);
  const uris = [
    ...account.world.file.dataSets.map(({ uri }) => uri),
    ...account.world.file.objects.map(({ uri }) => uri),
    ...jobs.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map(({ uri }) => uri)),
  ];
  return [...new Set(uris.flatMap((uri) => /^s3:\/\/([^/]+)/.exec(uri)?.[1] ?? []))].sort();
}

function codeDirectories(assembly: Assembly): (code: { bucket: string; key: string }) => string {
  const directories = new Map(assembly.assets.map(({ bucket, key, path }) => [`${bucket}/${key}`, path]));
  return ({ bucket, key }) => {
    const directory = directories.get(`${bucket}/${key}`);
    if (directory === undefined) throw new Error(`The assembly has no code asset ${bucket}/${key}`);
    return directory;
  };
}
