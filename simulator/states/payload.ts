/** JSON that passes between states: its value and its text, made once. */
import { DATA_LIMIT_ERROR, StateFailure } from './failures.ts';

/** Most bytes of a state's input, output or result, and of what one state assigns. */
export const MOST_PAYLOAD_BYTES = 262_144;
/** Most bytes of all variables of an execution. */
export const MOST_VARIABLE_BYTES = 10 * 1024 * 1024;
/** No UTF-16 unit takes more in UTF-8. */
const MOST_BYTES_PER_UNIT = 3;

export interface Payload {
  readonly value: unknown;
  readonly text: string;
}

export function payloadOf(value: unknown): Payload {
  return { value, text: JSON.stringify(value) };
}

/** Reads JSON text. @throws SyntaxError */
export function parsePayload(text: string): Payload {
  return { value: JSON.parse(text), text };
}

/** True when the UTF-8 form takes more bytes than that. */
export function exceeds(text: string, mostBytes: number): boolean {
  return text.length * MOST_BYTES_PER_UNIT > mostBytes && Buffer.byteLength(text) > mostBytes;
}

/** @throws StateFailure  States.DataLimitExceeded */
export function requirePayloadSize(payload: Payload, stateName: string, what: string): Payload {
  if (!exceeds(payload.text, MOST_PAYLOAD_BYTES)) return payload;
  throw new StateFailure(
    DATA_LIMIT_ERROR,
    `The state/task '${stateName}' ${what} with a size exceeding the maximum number of bytes service limit.`,
  );
}
