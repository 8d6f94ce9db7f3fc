/** Variables of a workflow and of the branches in it: inner scopes read the outer ones, and never write them. */
import * as z from 'zod';
import { DATA_LIMIT_ERROR, StateFailure } from './failures.ts';
import { exceeds, MOST_PAYLOAD_BYTES, MOST_VARIABLE_BYTES, payloadOf } from './payload.ts';

const Assigned = z.record(z.string(), z.unknown());

export class Variables {
  #values: Readonly<Record<string, unknown>>;
  readonly #bytes = new Map<string, number>();
  readonly #outerBytes: number;

  constructor(outer?: Variables) {
    this.#values = outer?.values ?? {};
    this.#outerBytes = outer?.sizeBytes ?? 0;
  }

  /** by name, outer scopes included */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  get sizeBytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, this.#outerBytes);
  }

  /**
   * Takes what an Assign evaluated to. Until now nothing has changed, so its expressions saw the old values.
   *
   * @returns the values as JSON text, for the history
   * @throws StateFailure  States.DataLimitExceeded
   */
  assign(evaluated: unknown, stateName: string): Readonly<Record<string, string>> {
    const assigned = Assigned.parse(evaluated);
    const texts = Object.fromEntries(
      Object.entries(assigned).map(([name, value]) => [name, payloadOf(value).text]),
    );
    if (exceeds(Object.values(texts).join(''), MOST_PAYLOAD_BYTES)) {
      throw new StateFailure(
        DATA_LIMIT_ERROR,
        `The state '${stateName}' assigns variables of more than ${MOST_PAYLOAD_BYTES} bytes.`,
      );
    }
    for (const [name, text] of Object.entries(texts)) this.#bytes.set(name, Buffer.byteLength(text));
    if (this.sizeBytes > MOST_VARIABLE_BYTES) {
      throw new StateFailure(
        DATA_LIMIT_ERROR,
        `The variables of the execution take more than ${MOST_VARIABLE_BYTES} bytes.`,
      );
    }
    this.#values = { ...this.#values, ...assigned };
    return texts;
  }
}
