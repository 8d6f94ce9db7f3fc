/**
 * What the parts of the simulated AWS know of one another: a kernel (time, randomness, trace, calls) and
 * services (operations by the names of the published API models). Protocols, IAM and quotas stand between
 * a caller and an operation; no service deals with them.
 */
import type * as z from 'zod';
import type { FaultKind, FaultOptions, FaultSubject } from './faults/catalogue.ts';
import type { IdlePasses } from './kernel/idle-passes.ts';

/** Who calls. `root` is the person at the keyboard; `service` an AWS service acting for itself. */
export interface Principal {
  readonly kind: 'role' | 'service' | 'root';
  /** role ARN, service principal such as `events.amazonaws.com`, or the account's root ARN */
  readonly id: string;
  /** of a service: the resource it acts for, such as a rule's ARN (condition key `aws:SourceArn`) */
  readonly sourceArn?: string;
  /** of a role: the service principal that took it on; the role's trust policy must allow it */
  readonly assumedBy?: string;
}

export interface CallContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly nowMs: number;
}

/** One thing that IAM must allow before an operation runs. */
export interface RequiredPermission {
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** ARN, or `*` where the action knows no resources */
  readonly resource: string;
  /** condition keys, lower-case, e.g. `{'iam:passedtoservice': ['elasticmapreduce.amazonaws.com']}` */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Inputs and outputs have the members and types an SDK client sees: timestamps are Date, blobs and streaming
 * bodies Uint8Array (text is accepted on the way in), DynamoDB's attribute values `{S: …}`.
 */
export interface Operation {
  permissions(input: unknown, context: CallContext): readonly RequiredPermission[];
  run(input: unknown, context: CallContext): unknown;
}

export interface SimulatedService {
  /** the SDK's service id in lower case without spaces: `emr`, `ec2`, `dynamodb`, `s3`, `sfn`, `eventbridge` … */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** policy documents attached to that resource itself (function, queue, topic, bucket), for IAM to evaluate */
  resourcePolicies?(resourceArn: string): readonly unknown[];
}

/** A failure as AWS reports it. Protocols encode it; the SDK turns it into an exception of that name. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly code: string;
  readonly statusCode: number;
  /** further members of the error's shape */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    statusCode = 400,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
    this.details = details;
  }
}

/** Thrown when a template, request or state machine uses something this simulator does not know: never ignored. */
export class NotSimulatedError extends Error {
  override readonly name = 'NotSimulatedError';
}

export interface Clock {
  /** milliseconds since the epoch, virtual */
  nowMs(): number;
  /** runs `task` at that virtual time; equal times run in the order they were asked for */
  at(timeMs: number, label: string, task: () => void | Promise<void>): ClockEntry;
  after(delayMs: number, label: string, task: () => void | Promise<void>): ClockEntry;
  sleep(delayMs: number, label: string): Promise<void>;
  /** the clock stands until `work` settles: for libraries whose work the clock cannot see */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

export interface ClockEntry {
  cancel(): void;
}

export interface Kernel {
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  /** a stream of uniform numbers in [0,1) of its own for each label: one consumer never disturbs another */
  random(label: string): () => number;
  /**
   * The same, anew at every instant: what is drawn never depends on what was drawn before. For whatever a pass of a
   * schedule draws, too, so that nothing else changes when an idle one is left out.
   */
  randomNow(label: string): () => number;
  /** passes of schedules, those that may be left out among them */
  readonly passes: IdlePasses;
  /** appends to the trace; two runs of a seed give the same trace */
  trace(kind: string, detail: Readonly<Record<string, unknown>>): void;
  /** a call as it arrives from a client: model checked, authorised, held to quotas, faults injected, traced */
  call(service: string, operation: string, input: unknown, principal: Principal): Promise<unknown>;
  /**
   * A fault the scenario wants here, if any: it is counted and traced, so ask only where it will act.
   * See docs/fault-catalogue.md.
   */
  fault<Kind extends FaultKind>(kind: Kind, subject: FaultSubject<Kind>): FaultOptions<Kind> | undefined;
}

/** What a CloudFormation resource becomes: what `Ref` and `Fn::GetAtt` answer. */
export interface DeployedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Creates one resource type of the template. Properties come with every intrinsic function resolved. */
export type ResourceHandler = (
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
  kernel: Kernel,
) => DeployedResource | Promise<DeployedResource>;

/** Builds an Operation from a zod schema of the members it reads, so that implementations are typed. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  implementation: {
    permissions(input: z.output<Schema>, context: CallContext): readonly RequiredPermission[];
    run(input: z.output<Schema>, context: CallContext): unknown;
  },
): Operation {
  // permissions are asked for just before the operation runs, of the same input: it is parsed once
  let asked: { readonly input: unknown; readonly parsed: z.output<Schema> } | undefined;
  return {
    permissions(input, context) {
      const parsed = schema.parse(input);
      asked = { input, parsed };
      return implementation.permissions(parsed, context);
    },
    run(input, context) {
      const parsed = asked !== undefined && asked.input === input ? asked.parsed : schema.parse(input);
      asked = undefined;
      return implementation.run(parsed, context);
    },
  };
}
