/** The events of one execution, kept small and written out only when somebody asks. */
import { RUNTIME_ERROR, StateFailure } from './failures.ts';

/** The service ends an execution here: the last event says that it failed. */
const MOST_EVENTS = 25_000;
/** An express workflow has no such limit; one that loops without time passing must still end. */
const MOST_EXPRESS_EVENTS = 1_000_000;

export interface HistoryEvent {
  readonly type: string;
  readonly timestampMs: number;
  readonly previousEventId: number;
  /** name of the details' member, such as `taskFailedEventDetails` */
  readonly member?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface History {
  readonly length: number;
  readonly events: readonly HistoryEvent[];
  /**
   * @returns the event's id
   * @throws StateFailure  when the history is full; the terminal event still fits
   */
  append(
    type: string,
    previousEventId: number,
    member?: string,
    details?: Readonly<Record<string, unknown>>,
  ): number;
  /** fills it up, but for the terminal event */
  exhaust(): void;
  /** the one event that may still follow when the history is full */
  close(
    type: string,
    previousEventId: number,
    member: string,
    details: Readonly<Record<string, unknown>>,
  ): void;
}

/**
 * @param nowMs  virtual time
 * @param kept  false for express workflows, which have no history
 */
export function createHistory(nowMs: () => number, kept: boolean): History {
  const events: HistoryEvent[] = [];
  const most = kept ? MOST_EVENTS : MOST_EXPRESS_EVENTS;
  let length = 0;
  const add: History['append'] = (type, previousEventId, member, details) => {
    length += 1;
    if (kept) {
      const event = { type, timestampMs: nowMs(), previousEventId };
      events.push(member === undefined || details === undefined ? event : { ...event, member, details });
    }
    return length;
  };
  return {
    get length() {
      return length;
    },
    events,
    append(type, previousEventId, member, details) {
      if (length >= most - 1) {
        throw new StateFailure(
          RUNTIME_ERROR,
          `The execution reached the maximum number of history events (${most}).`,
        );
      }
      return add(type, previousEventId, member, details);
    },
    exhaust: () => void (length = most - 1),
    close: add,
  };
}

/** Texts in events are said to be whole, as GetExecutionHistory does. */
const WHOLE = { truncated: false };
const WHOLE_MEMBERS = ['input', 'output', 'assignedVariables'];

/**
 * An event as GetExecutionHistory answers it.
 *
 * @param id  1-based
 * @param withData  false leaves inputs and outputs out
 */
export function describeEvent(event: HistoryEvent, id: number, withData: boolean): Record<string, unknown> {
  const described: Record<string, unknown> = {
    timestamp: new Date(event.timestampMs),
    type: event.type,
    id,
    previousEventId: event.previousEventId,
  };
  if (event.member !== undefined && event.details !== undefined)
    described[event.member] = describeDetails(event.details, withData);
  return described;
}

function describeDetails(
  details: Readonly<Record<string, unknown>>,
  withData: boolean,
): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    if (value === undefined) continue;
    const data = WHOLE_MEMBERS.includes(name);
    if (data && !withData) continue;
    described[name] = value;
    if (data) described[`${name}Details`] = WHOLE;
  }
  return described;
}
