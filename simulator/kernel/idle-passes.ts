import * as z from 'zod';
import type { TraceEntry } from './trace.ts';

/**
 * The passes of schedules that look for something to do, and mostly find nothing. A target whose answer says
 * `idleUntil` promises: as long as nothing changes, nothing becomes due before then. So its next passes may be left
 * out until that instant, or until anything happens in the account.
 */
export interface IdlePasses {
  /** a schedule lets its target begin a pass */
  began(targetArn: string): void;
  /** a target answered, with JSON text, or failed */
  ended(targetArn: string, answer: string | undefined): void;
  /** a pass under way, if any is, uses that function */
  used(functionArn: string): void;
  /**
   * Leaves a pass out that would do as the last one did, which was nothing: it promised so, nothing but passes and
   * reads has happened since it began, and no fault could strike what it would ask. Functions stay as warm as if.
   *
   * @returns whether it is left out
   */
  leaveOut(targetArn: string): boolean;
  /** calls back with each function that a pass that is left out would have used */
  onLeftOut(listener: (functionArn: string) => void): void;
}

/** What the kernel tells of. */
interface Watched extends IdlePasses {
  traced(entry: TraceEntry): void;
  /** a fault of that kind is asked for */
  asked(kind: string): void;
}

interface Pass {
  /** how much had happened when it began */
  readonly happenings: number;
  readonly faultKinds: Set<string>;
  readonly functionArns: Set<string>;
  open: boolean;
  idleUntilMs: number;
}

interface Surroundings {
  readonly nowMs: () => number;
  /** whether a fault of one of these kinds could strike within that time */
  readonly mayStrike: (kinds: ReadonlySet<string>, fromMs: number, untilMs: number) => boolean;
}

const Answer = z.object({ idleUntil: z.iso.datetime({ offset: true }) });
/** Longer than a pass takes that nothing holds up. */
const PASS_MS = 60_000;
/** Reads, and calls that begin something, which shows by what that does. */
const NEUTRAL_CALL = /^(Get|List|Describe|BatchGet|Head|Query$|Scan$|Invoke$|StartExecution$)/;

/**
 * @param surroundings  what decides whether a pass may be left out
 * @param leavesOut  false: every pass is carried out
 */
export function createIdlePasses(surroundings: Surroundings, leavesOut: boolean): Watched {
  const passes = new Map<string, Pass>();
  const listeners: ((functionArn: string) => void)[] = [];
  const under = { way: 0 };
  let happenings = 0;
  const each = (tell: (pass: Pass) => void): void => {
    if (under.way > 0) passes.forEach((pass) => pass.open && tell(pass));
  };
  return {
    began(targetArn) {
      if (!leavesOut) return;
      const [faultKinds, functionArns] = [new Set<string>(), new Set<string>()];
      if (passes.get(targetArn)?.open !== true) under.way += 1;
      passes.set(targetArn, { happenings, faultKinds, functionArns, open: true, idleUntilMs: -Infinity });
    },
    ended(targetArn, answer) {
      const pass = passes.get(targetArn);
      if (pass === undefined) return;
      if (pass.open) under.way -= 1;
      pass.open = false;
      const told = Answer.safeParse(answer === undefined ? undefined : JSON.parse(answer)).data;
      pass.idleUntilMs = told === undefined ? -Infinity : Date.parse(told.idleUntil);
    },
    used: (functionArn) => each(({ functionArns }) => functionArns.add(functionArn)),
    asked: (kind) => each(({ faultKinds }) => faultKinds.add(kind)),
    leaveOut(targetArn) {
      const pass = passes.get(targetArn);
      if (pass === undefined) return false;
      const nowMs = surroundings.nowMs();
      const untilMs = nowMs + PASS_MS;
      const idle = !pass.open && pass.happenings === happenings && untilMs < pass.idleUntilMs;
      if (!idle || surroundings.mayStrike(pass.faultKinds, nowMs, untilMs)) return false;
      for (const arn of pass.functionArns) listeners.forEach((tell) => tell(arn));
      return true;
    },
    onLeftOut: (listener) => void listeners.push(listener),
    traced(entry) {
      if (!isNeutral(entry, passes)) happenings += 1;
    },
  };
}

/** Whether an entry tells of a read, of a beginning, or of an execution that is a pass itself. */
function isNeutral({ kind, detail }: TraceEntry, passes: ReadonlyMap<string, unknown>): boolean {
  if ('error' in detail) return false;
  if (kind === 'call') return NEUTRAL_CALL.test(String(detail['operation']));
  if (kind !== 'execution') return kind === LEFT_OUT;
  return [...passes.keys()].some((arn) => arn.endsWith(`:stateMachine:${String(detail['stateMachine'])}`));
}

/** The kind of the trace's entry of a pass that is left out. */
export const LEFT_OUT = 'pass left out';
