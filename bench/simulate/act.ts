import * as z from 'zod';
import { executionNameOf, runKeyOf } from '../../core/ledger/run-key.ts';
import type { DeployedScenario } from './deploy-scenario.ts';
import { MINUTE_MS } from './invariants/invariant.ts';
import type { Observed, Watcher } from './observe/observed.ts';
import type { Actor, Scenario } from './scenario.ts';

/** Something that a person, or another system, does at an instant. */
interface Deed {
  readonly atMs: number;
  readonly act: () => Promise<unknown>;
}

const Approval = z.object({ taskToken: z.string() });
type Outside = Pick<DeployedScenario, 'account' | 'outputs'>;

/** What people and other systems do in a scenario, in the order of time. */
export class Deeds {
  readonly #outside: Outside;
  readonly #observed: Observed;
  readonly #due: Deed[] = [];
  /** run keys whose execution people stopped */
  readonly stopped = new Set<string>();

  constructor(scenario: Scenario, outside: Outside, observed: Observed) {
    this.#outside = outside;
    this.#observed = observed;
    for (const { name, calls } of scenario.jobs)
      for (const call of calls) this.#plan(Date.parse(call), () => this.#start(name, call));
    observed.add(...scenario.actors.map((actor) => this.#watcherOf(actor)));
  }

  /** When the next is due; infinity when none is. */
  nextMs(): number {
    return this.#due[0]?.atMs ?? Infinity;
  }

  /** Does what is due. People whom AWS refuses shrug. */
  async doDue(): Promise<void> {
    const { account } = this.#outside;
    while (this.nextMs() <= account.kernel.clock.nowMs()) {
      const deed = this.#due.shift();
      if (deed !== undefined) await account.during(() => deed.act().catch(() => undefined));
    }
  }

  #plan(atMs: number, act: Deed['act']): void {
    this.#due.push({ atMs, act });
    this.#due.sort((a, b) => a.atMs - b.atMs);
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
        return { onLedger: ({ pk, sk, after, atMs }) => this.#answer(actor, pk, sk, after, atMs) };
      case 'start-again': {
        const { job, scheduledAt, at } = actor;
        this.#plan(Date.parse(at), () => this.#start(job, scheduledAt, `${job}-again-${Date.parse(at)}`));
        return {};
      }
      case 'stop-execution':
        return { onLedger: ({ pk, sk, before, atMs }) => this.#stop(actor, pk, sk, before, atMs) };
    }
  }

  #answer(
    { job, approved, afterMinutes }: Extract<Actor, { kind: 'answer' }>,
    pk: string,
    sk: string,
    after: unknown,
    atMs: number,
  ): void {
    if (sk !== 'APPROVAL' || !pk.startsWith(`RUN#${job}@`)) return;
    const { taskToken } = Approval.parse(after);
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
