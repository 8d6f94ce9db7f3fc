import type { EventLogSummary } from '../contracts/run-record.ts';
import { decoderOf } from './encodings/decoder-of.ts';
import { EncodingError, type ByteDecoder } from './encodings/byte-decoder.ts';
import { isCompacted, missingEventLogParts } from './order-event-log-parts.ts';
import { EventLogSummariser } from './summarise-event-log.ts';

/** A line longer than this is no event: it is passed over instead of kept. */
const LINE_CHARACTERS_MAX = 64 * 1024 ** 2;
/** Enough to tell an encoding. */
const HEAD_BYTES = 16;

/**
 * Sums up one application's event log from its bytes as they come: plain, or compressed as Spark does (`zstd`, `lz4`) or
 * people do (gzip, LZ4 frames), told by how each part begins and not by its name. What cannot be read is left out, and the
 * summary says so.
 */
export class EventLogReader {
  readonly #summariser = new EventLogSummariser();

  /** @param names  of the parts, in order: which are missing is told by them */
  constructor(names: readonly string[]) {
    if (isCompacted(names)) {
      this.#summariser.lacks(
        'Spark compacted it: stages and tasks of jobs that were done are left away. spark.history.fs.eventLog.rolling.maxFilesToRetain at its default keeps all.',
      );
    }
    const missing = missingEventLogParts(names);
    if (missing.length > 0) {
      const which = missing.length === 1 ? `Part ${missing[0]}` : `Parts ${missing.join(', ')}`;
      this.#summariser.lacks(`${which} of the log ${missing.length === 1 ? 'is' : 'are'} missing.`);
    }
  }

  /** The next part; finish it before the next. */
  part(): EventLogPart {
    return new EventLogPart(this.#summariser);
  }

  summary(): EventLogSummary {
    return this.#summariser.summary();
  }
}

/** One file of a log. */
class EventLogPart {
  readonly #summariser: EventLogSummariser;
  readonly #text = new TextDecoder();
  #head = new Uint8Array();
  #decoder: ByteDecoder | null = null;
  #rest = '';
  #overlong = false;
  #given = false;
  readonly #take = (decoded: Uint8Array) => this.#lines(this.#text.decode(decoded, { stream: true }));

  constructor(summariser: EventLogSummariser) {
    this.#summariser = summariser;
  }

  /** @param bytes  the next piece, cut anywhere; must stay as it is */
  push(bytes: Uint8Array): void {
    if (this.#given) return;
    if (this.#decoder !== null) {
      this.#guarded((decoder) => decoder.push(bytes, this.#take));
      return;
    }
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    this.#head = head;
    if (head.length >= HEAD_BYTES) this.#begin();
  }

  end(): void {
    if (this.#decoder === null && this.#head.length > 0) this.#begin();
    if (!this.#given) this.#guarded((decoder) => decoder.end(this.#take));
    this.#lines(this.#text.decode());
    if (this.#rest !== '' || this.#overlong) this.#line(this.#rest);
    this.#rest = '';
  }

  #begin(): void {
    const head = this.#head;
    this.#head = new Uint8Array();
    const decoder = decoderOf(head);
    if (typeof decoder === 'string') {
      this.#giveUp(
        `It is compressed with ${decoder}; readable are plain, zstd, lz4 and gzip: set spark.eventLog.compression.codec to zstd.`,
      );
      return;
    }
    this.#decoder = decoder;
    this.#guarded(() => decoder.push(head, this.#take));
  }

  #guarded(act: (decoder: ByteDecoder) => void): void {
    if (this.#decoder === null) return;
    try {
      act(this.#decoder);
    } catch (error) {
      if (!(error instanceof EncodingError)) throw error;
      this.#giveUp(`It cannot be decompressed to its end: ${error.message}.`);
    }
  }

  #giveUp(why: string): void {
    this.#given = true;
    this.#summariser.lacks(why);
  }

  #lines(text: string): void {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    lines.forEach((line) => {
      this.#line(this.#rest + line);
      this.#rest = '';
    });
    this.#rest = this.#overlong ? '' : this.#rest + last;
    if (this.#rest.length > LINE_CHARACTERS_MAX) {
      this.#overlong = true;
      this.#rest = '';
    }
  }

  #line(text: string): void {
    // what is left of a line that was too long is not an event
    this.#summariser.line(this.#overlong ? `overlong ${text.slice(0, 1)}` : text);
    this.#overlong = false;
  }
}
