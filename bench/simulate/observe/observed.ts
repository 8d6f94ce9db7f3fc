import * as z from 'zod';
import { Run } from '../../../core/contracts/run.ts';
import { RunOutcome } from '../../../core/contracts/run-record.ts';
import { CLUSTER_NAME_PREFIX } from '../../../core/ledger/run-key.ts';
import type { TraceEntry } from '../../../simulator/kernel/trace.ts';
import type { Scenario as Account } from '../../../simulator/scenario.ts';
import { LedgerMirror, type LedgerChange } from './ledger-mirror.ts';
import { readMessage, type ObservedMessage } from './messages.ts';
import type { Outages } from './outages.ts';
import { watchCalls, type ObservedCall } from './watch-calls.ts';

/** A cluster that EMR was asked for. */
export interface ObservedCluster {
  readonly clusterId: string;
  readonly name: string;
  readonly runHash: string;
  readonly attempt: number;
  readonly launchedMs: number;
  state: string;
  endedMs: number | null;
  readonly stepStates: Map<string, string>;
  firstStepStartedMs: number | null;
  lastStepEndedMs: number | null;
}

/** Whether every step of a cluster's has completed. */
export function hasCompleted({ stepStates }: ObservedCluster): boolean {
  return stepStates.size > 0 && [...stepStates.values()].every((state) => state === 'COMPLETED');
}

export interface ObservedExecution {
  readonly machine: string;
  readonly name: string;
  readonly startedMs: number;
  status: string;
  endedMs: number | null;
}

const RunItem = z.object({
  run: z.looseObject(Run.shape),
  outcome: RunOutcome.nullable(),
  closedAt: z.string().nullable(),
});
export type ObservedRun = z.output<typeof RunItem>;

const Lease = z.object({
  clusterName: z.string(),
  leaseUntil: z.string(),
  clusterId: z.string().nullable(),
  releasedAt: z.string().nullable(),
});
export type ObservedLease = z.output<typeof Lease>;

/** Who is told of what happens, as it happens. Every member is called after the observed state has changed. */
export interface Watcher {
  readonly onTrace?: (entry: TraceEntry) => void;
  readonly onLaunch?: (cluster: ObservedCluster) => void;
  readonly onCall?: (call: ObservedCall) => void;
  readonly onLedger?: (change: LedgerChange) => void;
  readonly onMessage?: (message: ObservedMessage) => void;
  /** every few minutes while something is under way */
  readonly onTick?: () => void;
  /** the scenario is over: everything had time to land */
  readonly atEnd?: () => void;
}

const Launched = z.object({ clusterId: z.string(), name: z.string() });
const ClusterState = z.object({ clusterId: z.string(), state: z.string() });
const StepState = z.object({ clusterId: z.string(), step: z.string(), state: z.string() });
const ExecutionState = z.object({ name: z.string(), stateMachine: z.string(), status: z.string() });
const CLUSTER_NAME = new RegExp(`^${CLUSTER_NAME_PREFIX}.+-([0-9a-f]{12})-(\\d+)$`);

/** In the names of another deployment's clusters, where this one's carry their run's hash. */
export const FOREIGN_HASH = 'f0f0f0f0f0f0';

/** What can be seen of a scenario from outside, event by event, beside its simulation. */
export class Observed {
  readonly account: Account;
  readonly outages: Outages;
  readonly ledger: LedgerMirror;
  readonly clusters = new Map<string, ObservedCluster>();
  /** ids of another deployment's */
  readonly foreignClusters = new Set<string>();
  readonly executions = new Map<string, ObservedExecution>();
  readonly runs = new Map<string, ObservedRun>();
  readonly leases = new Map<string, ObservedLease>();
  readonly messages: ObservedMessage[] = [];
  readonly #watchers: Watcher[] = [];

  /** Call before anything is deployed. */
  constructor(account: Account, outages: Outages) {
    this.account = account;
    this.outages = outages;
    this.ledger = new LedgerMirror(account.kernel);
    account.kernel.traced.watch((entry) => this.#traced(entry));
    watchCalls(account.kernel, ['dynamodb', 's3', 'sns', 'emr', 'eventbridge'], (call) => this.#called(call));
  }

  add(...watchers: readonly Watcher[]): void {
    this.#watchers.push(...watchers);
  }

  nowMs(): number {
    return this.account.kernel.clock.nowMs();
  }

  tick(): void {
    for (const watcher of this.#watchers) watcher.onTick?.();
  }

  end(): void {
    for (const watcher of this.#watchers) watcher.atEnd?.();
  }

  /** Something runs that costs money or will end by itself. */
  busy(): boolean {
    const flying = [...this.executions.values()].some(
      ({ status, machine }) => status === 'RUNNING' && !machine.endsWith('-reap'),
    );
    return flying || [...this.clusters.values()].some(({ endedMs }) => endedMs === null);
  }

  clustersOf(runHash: string): ObservedCluster[] {
    return [...this.clusters.values()].filter((cluster) => cluster.runHash === runHash);
  }

  runOfHash(runHash: string): ObservedRun | undefined {
    return [...this.runs.values()].find(({ run }) => run.runHash === runHash);
  }

  #called(call: ObservedCall): Promise<void> | void {
    for (const watcher of this.#watchers) watcher.onCall?.(call);
    if (call.service === 'sns') this.#published();
    if (call.service === 'dynamodb') return this.#written(call);
  }

  async #written(call: ObservedCall): Promise<void> {
    for (const change of await this.ledger.follow(call)) {
      this.#ledgerChanged(change);
      for (const watcher of this.#watchers) watcher.onLedger?.(change);
    }
  }

  #ledgerChanged({ pk, sk, after }: LedgerChange): void {
    if (sk === 'RUN') {
      const item = RunItem.parse(after);
      this.runs.set(item.run.runKey, item);
    }
    if (sk === 'LEASE') this.leases.set(pk.replace('CLUSTER#', ''), Lease.parse(after));
  }

  #published(): void {
    const published = this.account.services.sns.outbox.at(-1);
    if (published === undefined) return;
    const message = readMessage(published, (job, minute) =>
      [...this.runs.keys()].find(
        (key) => key.startsWith(`${job}@`) && key.includes(`@${minute.replace(' ', 'T')}`),
      ),
    );
    this.messages.push(message);
    for (const watcher of this.#watchers) watcher.onMessage?.(message);
  }

  #traced(entry: TraceEntry): void {
    this.outages.follow(entry);
    if (entry.kind === 'emr.launch') this.#launched(entry);
    if (entry.kind === 'emr.cluster') this.#clusterChanged(entry);
    if (entry.kind === 'emr.step') this.#stepChanged(entry);
    if (entry.kind === 'execution') this.#executionChanged(entry);
    for (const watcher of this.#watchers) watcher.onTrace?.(entry);
  }

  #launched({ detail, atMs }: TraceEntry): void {
    const { clusterId, name } = Launched.parse(detail);
    const [, runHash = '', attempt = '0'] = CLUSTER_NAME.exec(name) ?? [];
    if (runHash === FOREIGN_HASH) {
      this.foreignClusters.add(clusterId);
      return;
    }
    const cluster: ObservedCluster = {
      clusterId,
      name,
      runHash,
      attempt: Number(attempt),
      launchedMs: atMs,
      state: 'STARTING',
      endedMs: null,
      stepStates: new Map(),
      firstStepStartedMs: null,
      lastStepEndedMs: null,
    };
    this.clusters.set(clusterId, cluster);
    for (const watcher of this.#watchers) watcher.onLaunch?.(cluster);
  }

  #clusterChanged({ detail, atMs }: TraceEntry): void {
    const { clusterId, state } = ClusterState.parse(detail);
    const cluster = this.clusters.get(clusterId);
    if (cluster === undefined) return;
    cluster.state = state;
    if (state.startsWith('TERMINATED')) cluster.endedMs ??= atMs;
  }

  #stepChanged({ detail, atMs }: TraceEntry): void {
    const { clusterId, step, state } = StepState.parse(detail);
    const cluster = this.clusters.get(clusterId);
    if (cluster === undefined) return;
    cluster.stepStates.set(step, state);
    if (state === 'RUNNING') cluster.firstStepStartedMs ??= atMs;
    if (state === 'COMPLETED' || state === 'FAILED') cluster.lastStepEndedMs = atMs;
  }

  #executionChanged({ detail, atMs }: TraceEntry): void {
    const { name, stateMachine, status } = ExecutionState.parse(detail);
    const key = `${stateMachine}:${name}`;
    const known = this.executions.get(key);
    const endedMs = status === 'RUNNING' ? null : atMs;
    if (known === undefined)
      this.executions.set(key, { machine: stateMachine, name, startedMs: atMs, status, endedMs });
    else Object.assign(known, { status, endedMs });
  }
}

/** How often a run was started anew after an end, the first time included. */
export function startsOf(run: Readonly<Record<string, unknown>> | undefined): number {
  const start = run?.['start'];
  return typeof start === 'number' ? start : 1;
}
