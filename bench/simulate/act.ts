import * as z from 'zod';
import { memoryOf } from '../../cli/simulate/account-of-scenario.ts';
import { executionNameOf, runKeyOf } from '../../core/ledger/run-key.ts';
import { isoInstant } from '../../core/units.ts';
import { endPause, setControl } from '../../lambdas/aws/ledger-control.ts';
import type { DeployedScenario } from './deploy-scenario.ts';
import { MINUTE_MS } from './invariants/invariant.ts';
import type { LedgerChange } from './observe/ledger-mirror.ts';
import { FOREIGN_HASH, type Observed, type Watcher } from './observe/observed.ts';
import type { Actor, Scenario } from './scenario.ts';

const RunJobFlow = z.looseObject({ Name: z.string() });
const Launched = z.object({ JobFlowId: z.string() });
const RUN_HASH = /-[0-9a-f]{12}-/;
const FOR_EMR = { Key: 'for-use-with-amazon-emr-managed-policies', Value: 'true' };
const Asked = z.object({ approval: z.object({ taskToken: z.string() }) });
type Outside = Pick<DeployedScenario, 'account' | 'outputs'>;

/** What people and other systems do in a scenario, each at its instant. */
export class Deeds {
  readonly #outside: Outside;
  readonly #observed: Observed;
  /** run keys whose execution people stopped */
  readonly stopped = new Set<string>();

  constructor(scenario: Scenario, outside: Outside, observed: Observed) {
    this.#outside = outside;
    this.#observed = observed;
    for (const { name, calls } of scenario.jobs)
      for (const call of calls) this.#plan(Date.parse(call), () => this.#start(name, call));
    observed.add(...scenario.actors.map((actor) => this.#watcherOf(actor)));
  }

  /** People whom AWS refuses shrug. */
  #plan(atMs: number, act: () => Promise<unknown>): void {
    const { clock } = this.#outside.account.kernel;
    clock.at(Math.max(atMs, clock.nowMs()), 'people', () => act().then(nothing, nothing));
  }

  #call(service: string, operation: string, input: unknown): Promise<unknown> {
    const { kernel } = this.#outside.account;
    return kernel.call(service, operation, input, kernel.root);
  }

  #start(job: string, scheduledAt: string, name = executionNameOf(runKeyOf(job, scheduledAt))) {
    return this.#call('sfn', 'StartExecution', {
      stateMachineArn: this.#outside.outputs['RunJobArn'],
      name,
      input: JSON.stringify({ job, scheduledAt }),
    });
  }

  #watcherOf(actor: Actor): Watcher {
    switch (actor.kind) {
      case 'answer':
        return { onLedger: (change) => this.#answer(actor, change) };
      case 'start-again': {
        const { job, scheduledAt, at } = actor;
        this.#plan(Date.parse(at), () => this.#start(job, scheduledAt, `${job}-again-${Date.parse(at)}`));
        return {};
      }
      case 'kill-switch':
        this.#switch(actor);
        return {};
      case 'pause':
        this.#pause(actor);
        return {};
      case 'stop-execution':
        return { onLedger: ({ pk, sk, before, atMs }) => this.#stop(actor, pk, sk, before, atMs) };
      case 'other-deployment':
        return this.#otherDeployment(actor);
    }
  }

  #otherDeployment({ afterMinutes, forMinutes }: Extract<Actor, { kind: 'other-deployment' }>): Watcher {
    let launched = false;
    const launch = async (input: z.output<typeof RunJobFlow>): Promise<void> => {
      const { JobFlowId } = Launched.parse(
        await this.#call('emr', 'RunJobFlow', {
          ...input,
          Name: input.Name.replace(RUN_HASH, `-${FOREIGN_HASH}-`),
          Steps: [],
          Tags: [FOR_EMR, { Key: 'flarepath:stack', Value: 'another' }],
        }),
      );
      this.#plan(this.#observed.nowMs() + forMinutes * MINUTE_MS, () =>
        this.#call('emr', 'TerminateJobFlows', { JobFlowIds: [JobFlowId] }),
      );
    };
    return {
      onCall: ({ operation, input, atMs }) => {
        if (launched || operation !== 'RunJobFlow') return;
        launched = true;
        this.#plan(atMs + afterMinutes * MINUTE_MS, () => launch(RunJobFlow.parse(input)));
      },
    };
  }

  #switch({ from, until, release }: Extract<Actor, { kind: 'kill-switch' }>): void {
    const turn = (on: boolean) => {
      const set = { on, release: on && release, ...this.#setBy() };
      return setControl(this.#ledger(), { kind: 'kill-switch', set });
    };
    this.#plan(Date.parse(from), () => turn(true));
    this.#plan(Date.parse(until), () => turn(false));
  }

  #pause({ job, from, until, resumedAt }: Extract<Actor, { kind: 'pause' }>): void {
    this.#plan(Date.parse(from), () =>
      setControl(this.#ledger(), { kind: 'pause', set: { job, until, ...this.#setBy() } }),
    );
    if (resumedAt !== null)
      this.#plan(Date.parse(resumedAt), () => endPause(this.#ledger(), job, this.#setBy()));
  }

  #setBy() {
    return { by: 'ann', at: isoInstant(this.#observed.nowMs()), reason: 'the scenario wants it' };
  }

  #ledger() {
    return memoryOf(this.#outside.account, this.#outside.outputs).ledger;
  }

  #answer(
    { job, approved, afterMinutes }: Extract<Actor, { kind: 'answer' }>,
    { pk, sk, before, after, atMs }: LedgerChange,
  ): void {
    if (pk !== 'OPEN' || !sk.startsWith(`${job}@`)) return;
    const taskToken = Asked.safeParse(after).data?.approval.taskToken;
    if (taskToken === undefined || taskToken === Asked.safeParse(before).data?.approval.taskToken) return;
    const output = JSON.stringify({ approved, by: 'ann', reason: approved ? 'go' : 'too dear' });
    this.#plan(atMs + afterMinutes * MINUTE_MS, () =>
      this.#call('sfn', 'SendTaskSuccess', { taskToken, output }),
    );
  }

  #stop(
    actor: Extract<Actor, { kind: 'stop-execution' }>,
    pk: string,
    sk: string,
    before: unknown,
    atMs: number,
  ): void {
    const runKey = runKeyOf(actor.job, actor.scheduledAt);
    if (sk !== 'RUN' || pk !== `RUN#${runKey}` || before !== undefined) return;
    this.#plan(atMs + actor.afterMinutes * MINUTE_MS, async () => {
      const executionArn = this.#observed.runs.get(runKey)?.run.executionArn;
      await this.#call('sfn', 'StopExecution', { executionArn });
      this.stopped.add(runKey);
      if (actor.then === 'nothing') return;
      this.#plan(this.#observed.nowMs() + actor.thenAfterMinutes * MINUTE_MS, () =>
        actor.then === 'redrive'
          ? this.#call('sfn', 'RedriveExecution', { executionArn })
          : this.#start(actor.job, actor.scheduledAt, `${actor.job}-anew-${Date.parse(actor.scheduledAt)}`),
      );
    });
  }
}

function nothing(): void {}
