import { seededRng } from '../../core/numerics/rng.ts';
import type { Kernel, Principal, RequiredPermission, SimulatedService } from '../contracts.ts';
import { createFaultSource, type FaultInput } from '../faults.ts';
import { createAccessKeys, type AccessKeys } from './access-keys.ts';
import { createAdmission, type Arrival } from './admission.ts';
import { createCallPipeline } from './call.ts';
import { ClockDriver } from './clock.ts';
import { createAccessControl, type AccessControl } from './iam/access-control.ts';
import { createIdlePasses } from './idle-passes.ts';
import { createQuotas } from './quotas.ts';
import { accessDenied } from './refusals.ts';
import { createTrace, type Trace } from './trace.ts';

export interface KernelOptions {
  readonly seed: string | number;
  /** where virtual time begins, milliseconds since the epoch */
  readonly startAtMs: number;
  readonly accountId?: string;
  readonly region?: string;
  readonly faults?: readonly FaultInput[];
  /** leaves out passes of schedules that would do nothing (see {@link IdlePasses}): faster, with the same outcome */
  readonly leavesOutIdlePasses?: boolean | undefined;
}

/** Something the simulation met that it must not pass over: an unknown operation, member or feature. */
export interface Violation {
  readonly atMs: number;
  readonly kind: 'not-simulated' | 'service' | 'invariant';
  readonly message: string;
}

/** A kernel with the controls that only the scenario, transports and tests hold. */
export interface KernelHost extends Kernel, Pick<ClockDriver, 'runUntil' | 'settle' | 'join' | 'fail'> {
  readonly traced: Trace;
  readonly violations: readonly Violation[];
  /** how often faults have struck so far, by kind */
  readonly faultsInjected: ReadonlyMap<string, number>;
  readonly accessKeys: AccessKeys;
  /** roles and policies; without any, only root may do anything */
  readonly access: AccessControl;
  readonly services: ReadonlyMap<string, SimulatedService>;
  readonly root: Principal;
  register(...services: readonly SimulatedService[]): void;
  violate(kind: Violation['kind'], message: string): void;
  /** @throws AwsFailure when IAM does not allow all of that */
  authorise(principal: Principal, permissions: readonly RequiredPermission[]): void;
  /** a request from a transport: waits for quiescence, a latency and its turn, then is carried out */
  arrive(arrival: Arrival): Promise<unknown>;
}

/**
 * A simulated account without services: virtual time, seeded randomness, a trace, IAM, and calls.
 *
 * @returns the kernel; services join by `register`, time passes by `runUntil` or `settle`
 */
export function createKernel(options: KernelOptions): KernelHost {
  const { seed, accountId = '123456789012', region = 'us-east-1', leavesOutIdlePasses = false } = options;
  const driver = new ClockDriver(options.startAtMs, seededRng(`${seed}/ambient`));
  const { clock } = driver;
  const traced = createTrace();
  const faults = createFaultSource(options.faults ?? [], seed);
  const violations: Violation[] = [];
  const services = new Map<string, SimulatedService>();
  const access = createAccessControl({ accountId, region, services });
  const root: Principal = { kind: 'root', id: `arn:aws:iam::${accountId}:root` };
  const random = streamsOf(seed);
  const randomNow = momentaryStreamsOf(seed, () => clock.nowMs());
  const passes = createIdlePasses({ ...faults, nowMs: () => clock.nowMs() }, leavesOutIdlePasses);
  traced.watch((entry) => passes.traced(entry));
  const trace: Kernel['trace'] = (kind, detail) => traced.append({ atMs: clock.nowMs(), kind, detail });
  const fault: Kernel['fault'] = (kind, subject) => {
    passes.asked(kind);
    const options = faults.due(kind, subject, clock.nowMs());
    if (options !== undefined) trace('fault', { kind, ...subject });
    return options;
  };
  const violate: KernelHost['violate'] = (kind, message) => {
    violations.push({ atMs: clock.nowMs(), kind, message });
    trace('violation', { kind, message });
  };
  const quotas = createQuotas();
  const handle = createCallPipeline({ clock, services, trace, fault, violate, access, quotas });
  const admission = createAdmission(clock, randomNow, handle);
  driver.join(admission);
  return {
    clock,
    runUntil: (untilMs, onProgress) => driver.runUntil(untilMs, onProgress),
    settle: (work, limitMs) => driver.settle(work, limitMs),
    join: (participant) => driver.join(participant),
    fail: (error) => driver.fail(error),
    accountId,
    region,
    traced,
    violations,
    faultsInjected: faults.injected,
    services,
    access,
    root,
    accessKeys: createAccessKeys(root),
    ...{ random, randomNow, passes, trace },
    fault,
    violate,
    arrive: (arrival) => admission.arrive(arrival),
    call: (service, operation, input, principal) => admission.call({ service, operation, input, principal }),
    authorise(principal, permissions) {
      const denial = access.denial(principal, permissions);
      if (denial !== undefined) throw accessDenied('', denial);
    },
    register: (...joining) => joining.forEach((service) => addNew(services, service)),
  };
}

function addNew(services: Map<string, SimulatedService>, service: SimulatedService): void {
  if (services.has(service.name)) throw new Error(`Two services are named ${service.name}`);
  services.set(service.name, service);
}

/** One stream for each label, whoever asks for it. */
function streamsOf(seed: string | number): (label: string) => () => number {
  const streams = new Map<string, () => number>();
  return (label) => {
    const stream = streams.get(label) ?? seededRng(`${seed}/${label}`);
    streams.set(label, stream);
    return stream;
  };
}

/** One stream for each label and instant; of a label, only the newest is kept. */
function momentaryStreamsOf(seed: string | number, nowMs: () => number): (label: string) => () => number {
  const streams = new Map<string, { readonly atMs: number; readonly stream: () => number }>();
  return (label) => {
    const atMs = nowMs();
    const known = streams.get(label);
    if (known?.atMs === atMs) return known.stream;
    const stream = seededRng(`${seed}/${label}/${atMs}`);
    streams.set(label, { atMs, stream });
    return stream;
  };
}
