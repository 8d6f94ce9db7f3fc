import * as z from 'zod';
import type { FaultKind } from '../../../simulator/faults/catalogue.ts';
import { COMPUTE_ROWS } from '../../../simulator/faults/compute-rows.ts';
import { DELIVERY_ROWS } from '../../../simulator/faults/delivery-rows.ts';
import { STORE_ROWS } from '../../../simulator/faults/store-rows.ts';
import { TRANSPORT_ROWS } from '../../../simulator/faults/transport-rows.ts';
import type { TraceEntry } from '../../../simulator/kernel/trace.ts';

const MINUTE_MS = 60_000;
/** What a fault set back may still be trying again, so long after it. */
const RECOVERY_MS = 10 * MINUTE_MS;
/** What did not come at all comes with the next tick of its schedule, or with the reaper's next pass. */
const NEXT_TICK_MS = 15 * MINUTE_MS;
const NEVER_COMES: readonly string[] = [
  'lost-event',
  'lost-schedule',
  'lost-token',
  'execution-aborted',
  'execution-timeout',
  'data-limit-exceeded',
  'history-exhausted',
] satisfies FaultKind[];
/** The longest time-out of a function. */
const FUNCTION_MS = 10 * MINUTE_MS;

/** One time that a fault struck. */
export interface Struck {
  readonly kind: string;
  /** whom: caller, function, state machine, schedule, table … in one text */
  readonly whom: string;
}

interface Span {
  readonly fromMs: number;
  untilMs: number;
}

const Strike = z.looseObject({ kind: z.string() });
const Duration = z.object({ seconds: z.number().default(0), minutes: z.number().default(0) });

/** Kinds that befall requests, stores, events, functions and executions: what the product itself works with. */
const SYSTEM: ReadonlySet<string> = new Set(
  [TRANSPORT_ROWS, STORE_ROWS, DELIVERY_ROWS, COMPUTE_ROWS].flatMap((rows) => Object.keys(rows)),
);
/** Rows of a store are matched by its items, not by who asks: they may concern whoever uses the store. */
const OF_STORE: ReadonlySet<string> = new Set(Object.keys(STORE_ROWS));

/** Whether a fault keeps one of these from its work, by their names; `kinds` besides: of clusters and machines. */
export function concerns(names: RegExp, kinds: readonly FaultKind[] = []) {
  const others: readonly string[] = kinds;
  return ({ kind, whom }: Struck): boolean =>
    others.includes(kind) || (SYSTEM.has(kind) && (OF_STORE.has(kind) || names.test(whom)));
}

/**
 * When faults were at work: from each time that one struck, until what it set back has recovered. A bound that the
 * product promises holds for time in which nothing keeps it from working: what faults take is added to it. A fault
 * that could strike and did not takes nothing, nor does one that strikes somebody else.
 */
export class Outages {
  readonly #lastsMs: ReadonlyMap<string, number>;
  readonly #views: View[] = [];

  /** @param faults  that the scenario has: how long each of a kind lasts */
  constructor(
    faults: readonly { readonly kind: string; readonly with?: Readonly<Record<string, unknown>> }[],
  ) {
    const lasts = new Map<string, number>();
    for (const { kind, with: options = {} } of faults) {
      const { seconds, minutes } = Duration.catch({ seconds: 0, minutes: 0 }).parse(options);
      const ownMs = seconds * 1000 + minutes * MINUTE_MS;
      lasts.set(kind, Math.max(lasts.get(kind) ?? 0, ownMs === 0 ? usualMs(kind) : ownMs));
    }
    this.#lastsMs = lasts;
  }

  /** Only those faults that matter to whoever asks; ask before anything happens. */
  of(matters: (struck: Struck) => boolean): View {
    const view = new View(matters);
    this.#views.push(view);
    return view;
  }

  /** A fault has struck, by the trace. */
  follow({ kind, detail, atMs }: TraceEntry): void {
    if (kind !== 'fault') return;
    const { kind: fault, ...subject } = Strike.parse(detail);
    const struck = { kind: fault, whom: Object.values(subject).join(' ') };
    const untilMs = atMs + (this.#lastsMs.get(fault) ?? 0) + RECOVERY_MS;
    for (const view of this.#views) view.add(struck, atMs, untilMs);
  }
}

/** The time that some of the faults took. */
class View {
  readonly #matters: (struck: Struck) => boolean;
  readonly #spans: Span[] = [];

  constructor(matters: (struck: Struck) => boolean) {
    this.#matters = matters;
  }

  /** Strikes come in the order of time. */
  add(struck: Struck, fromMs: number, untilMs: number): void {
    if (!this.#matters(struck)) return;
    const last = this.#spans.at(-1);
    if (last !== undefined && fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, untilMs);
    else this.#spans.push({ fromMs, untilMs });
  }

  /** Milliseconds between two instants in which some fault was at work. */
  within(fromMs: number, untilMs: number): number {
    return this.#spans.reduce(
      (total, span) => total + Math.max(0, Math.min(span.untilMs, untilMs) - Math.max(span.fromMs, fromMs)),
      0,
    );
  }

  /** Milliseconds between two instants in which none was. */
  workingTime(fromMs: number, untilMs: number): number {
    return untilMs - fromMs - this.within(fromMs, untilMs);
  }
}

/** How long a fault lasts that does not say so. */
function usualMs(kind: string): number {
  if (NEVER_COMES.includes(kind)) return NEXT_TICK_MS;
  if (kind === 'function-timeout') return FUNCTION_MS;
  return kind === 'slow-termination' ? 20 * MINUTE_MS : 0;
}
