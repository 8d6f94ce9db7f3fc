import { EncodingError, Pending, type ByteDecoder } from './byte-decoder.ts';
import { undoLz4Block } from './lz4-block.ts';

/** `LZ4Block` */
export const LZ4_JAVA_MAGIC = [0x4c, 0x5a, 0x34, 0x42, 0x6c, 0x6f, 0x63, 0x6b] as const;
const HEADER_BYTES = 21;
const METHOD_RAW = 0x10;
const METHOD_LZ4 = 0x20;
/** The library writes blocks of at most 32 MiB, Spark of 32 KiB. */
const BLOCK_BYTES_MAX = 32 * 1024 ** 2;

/**
 * The framing of lz4-java's LZ4BlockOutputStream, which Spark's codec `lz4` writes: per block its method, lengths and a
 * checksum; an empty block ends a stream, and another may follow. Checksums are not looked at: what is damaged does not
 * parse as events afterwards.
 *
 * @see https://github.com/lz4/lz4-java/blob/master/src/java/net/jpountz/lz4/LZ4BlockOutputStream.java
 */
export class Lz4JavaDecoder implements ByteDecoder {
  readonly #pending = new Pending();
  #output = new Uint8Array();

  push(bytes: Uint8Array, take: (decoded: Uint8Array) => void): void {
    const pending = this.#pending;
    pending.append(bytes);
    while (pending.length >= HEADER_BYTES) {
      if (!pending.startsWith(LZ4_JAVA_MAGIC)) throw new EncodingError('an LZ4 block has no header');
      const method = pending.byteAt(8) & 0xf0;
      const [packed, plain] = [pending.uint32At(9), pending.uint32At(13)];
      if (packed > BLOCK_BYTES_MAX || plain > BLOCK_BYTES_MAX)
        throw new EncodingError('an LZ4 block is larger than any');
      if (pending.length < HEADER_BYTES + packed) return;
      pending.take(HEADER_BYTES);
      const block = pending.take(packed);
      if (plain > 0) take(this.#undo(method, block, plain));
    }
  }

  end(): void {
    if (this.#pending.length > 0) throw new EncodingError('the LZ4 stream ends within a block');
  }

  #undo(method: number, block: Uint8Array, plain: number): Uint8Array {
    if (method === METHOD_RAW && block.length === plain) return block;
    if (method !== METHOD_LZ4) throw new EncodingError('an LZ4 block names a method that does not exist');
    if (this.#output.length < plain) this.#output = new Uint8Array(plain);
    const output = this.#output.subarray(0, plain);
    if (undoLz4Block(block, output, 0) !== plain) throw new EncodingError('an LZ4 block is damaged');
    return output;
  }
}
