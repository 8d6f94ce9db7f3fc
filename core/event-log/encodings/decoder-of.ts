import type { ByteDecoder } from './byte-decoder.ts';
import { GzipDecoder, ZstdDecoder } from './library-decoders.ts';
import { LZ4_FRAME_MAGIC, Lz4FrameDecoder } from './lz4-frame.ts';
import { LZ4_JAVA_MAGIC, Lz4JavaDecoder } from './lz4-java.ts';

/** Passes on what it gets. */
class PlainDecoder implements ByteDecoder {
  push(bytes: Uint8Array, take: (decoded: Uint8Array) => void): void {
    take(bytes);
  }

  end(): void {
    // whatever a plain text ends with is its end
  }
}

const DECODERS: readonly (readonly [magic: readonly number[], make: () => ByteDecoder])[] = [
  [[0x28, 0xb5, 0x2f, 0xfd], () => new ZstdDecoder()],
  [LZ4_JAVA_MAGIC, () => new Lz4JavaDecoder()],
  [LZ4_FRAME_MAGIC, () => new Lz4FrameDecoder()],
  [[0x1f, 0x8b], () => new GzipDecoder()],
];
/** What Spark can write, too, and is rare: snappy-java's stream, Snappy's frames, Ning's LZF. */
const REFUSED: readonly (readonly [magic: readonly number[], name: string])[] = [
  [[0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59], 'snappy'],
  [[0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59], 'snappy'],
  [[0x5a, 0x56], 'lzf'],
];

/**
 * What undoes the encoding of a file that begins like this.
 *
 * @returns a name: of an encoding that is known and cannot be undone
 */
export function decoderOf(head: Uint8Array): ByteDecoder | string {
  const begins = (magic: readonly number[]) => magic.every((byte, i) => head[i] === byte);
  const refused = REFUSED.find(([magic]) => begins(magic));
  if (refused !== undefined) return refused[1];
  return DECODERS.find(([magic]) => begins(magic))?.[1]() ?? new PlainDecoder();
}
