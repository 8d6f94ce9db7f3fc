import { seededRng } from '../../../core/numerics/rng.ts';
import type {
  AwsFailure,
  CallContext,
  Clock,
  Kernel,
  Principal,
  RequiredPermission,
  SimulatedService,
} from '../../../simulator/contracts.ts';
import { createIdlePasses } from '../../../simulator/kernel/idle-passes.ts';

interface Entry {
  readonly timeMs: number;
  readonly order: number;
  readonly task: () => void | Promise<void>;
}

class FakeClock implements Clock {
  #nowMs: number;
  #order = 0;
  #holds = 0;
  #entries: Entry[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs() {
    return this.#nowMs;
  }

  at(timeMs: number, _label: string, task: () => void | Promise<void>) {
    const entry = { timeMs: Math.max(timeMs, this.#nowMs), order: (this.#order += 1), task };
    this.#entries.push(entry);
    return { cancel: () => void (this.#entries = this.#entries.filter((other) => other !== entry)) };
  }

  after(delayMs: number, label: string, task: () => void | Promise<void>) {
    return this.at(this.#nowMs + delayMs, label, task);
  }

  sleep(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, label, resolve));
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
    }
  }

  async settle() {
    let quiet = 0;
    while (quiet < 3) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#holds === 0 ? quiet + 1 : 0;
    }
  }

  /** lets virtual time pass up to that instant */
  async advanceTo(timeMs: number) {
    await this.settle();
    for (;;) {
      this.#entries.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order);
      const next = this.#entries[0];
      if (next === undefined || next.timeMs > timeMs) break;
      this.#entries.shift();
      this.#nowMs = next.timeMs;
      void next.task();
      await this.settle();
    }
    this.#nowMs = timeMs;
  }
}

export interface FakeKernel extends Kernel {
  readonly clock: FakeClock;
  readonly traced: { kind: string; detail: Readonly<Record<string, unknown>> }[];
  readonly calls: { service: string; operation: string; input: unknown; principal: Principal }[];
  readonly required: RequiredPermission[];
  readonly faults: Map<string, Readonly<Record<string, unknown>>[]>;
  /** a principal, action or resource that is refused by it throws AccessDenied */
  refuse: (permission: RequiredPermission, principal: Principal) => AwsFailure | undefined;
  register(...services: SimulatedService[]): void;
  advance(milliseconds: number): Promise<void>;
  /** lets virtual time pass until the promise settles */
  during<T>(work: Promise<T>, limitMs?: number): Promise<T>;
}

/** A call as the account's root; the caller says what shape the answer has. */
export async function asked<Answer>(
  kernel: Kernel,
  service: string,
  operation: string,
  input: unknown,
): Promise<Answer> {
  return (await kernel.call(service, operation, input, ROOT)) as Answer;
}

export const ROOT: Principal = { kind: 'root', id: 'arn:aws:iam::123456789012:root' };

/** A kernel that only dispatches: no model, no IAM beyond `refuse`, no quotas. */
export function fakeKernel(start = '2026-01-05T00:00:00Z', seed = 'seed'): FakeKernel {
  const clock = new FakeClock(Date.parse(start));
  const services = new Map<string, SimulatedService>();
  const streams = new Map<string, () => number>();
  let requests = 0;
  const kernel: FakeKernel = {
    accountId: '123456789012',
    region: 'us-east-1',
    clock,
    traced: [],
    calls: [],
    required: [],
    faults: new Map(),
    refuse: () => undefined,
    random(label) {
      const stream = streams.get(label) ?? seededRng(`${seed}/${label}`);
      streams.set(label, stream);
      return stream;
    },
    randomNow: (label) => kernel.random(label),
    passes: createIdlePasses({ nowMs: () => 0, mayStrike: () => false }, false),
    trace: (kind, detail) => void kernel.traced.push({ kind, detail }),
    fault: (kind) => kernel.faults.get(kind)?.shift() as never,
    register: (...added) => added.forEach((service) => services.set(service.name, service)),
    advance: (milliseconds) => clock.advanceTo(clock.nowMs() + milliseconds),
    async during(work, limitMs = 3_600_000) {
      let settled = false;
      const done = work.finally(() => (settled = true));
      done.catch(() => undefined);
      const until = clock.nowMs() + limitMs;
      await clock.settle();
      while (!settled && clock.nowMs() < until) await clock.advanceTo(clock.nowMs() + 100);
      return done;
    },
    async call(service, name, input, principal) {
      kernel.calls.push({ service, operation: name, input, principal });
      const found = services.get(service)?.operations[name];
      if (found === undefined) throw new Error(`no ${service} ${name}`);
      requests += 1;
      const context: CallContext = { principal, requestId: `request-${requests}`, nowMs: clock.nowMs() };
      for (const permission of found.permissions(input, context)) {
        kernel.required.push(permission);
        const refusal = kernel.refuse(permission, principal);
        if (refusal !== undefined) throw refusal;
      }
      return found.run(input, context);
    },
  };
  return kernel;
}
