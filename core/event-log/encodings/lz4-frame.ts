import { EncodingError, Pending, type ByteDecoder } from './byte-decoder.ts';
import { undoLz4Block } from './lz4-block.ts';

export const LZ4_FRAME_MAGIC = [0x04, 0x22, 0x4d, 0x18] as const;
const MAGIC_BYTES = LZ4_FRAME_MAGIC.length;
/** How far back a block may reach. */
const WINDOW_BYTES = 64 * 1024;
/** Largest block by its code in the header. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 2 ** 16, 5: 2 ** 18, 6: 2 ** 20, 7: 2 ** 22 };
const RAW = 0x80000000;

interface Frame {
  readonly blockBytes: number;
  readonly blockChecksumBytes: number;
  readonly contentChecksumBytes: number;
}

/**
 * LZ4 frames, one after another, as the command `lz4` writes them. Checksums are not looked at.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export class Lz4FrameDecoder implements ByteDecoder {
  readonly #pending = new Pending();
  #frame: Frame | null = null;
  /** the window, then the block */
  #output = new Uint8Array();
  #windowBytes = 0;

  push(bytes: Uint8Array, take: (decoded: Uint8Array) => void): void {
    this.#pending.append(bytes);
    while (this.#frame === null ? this.#begin() : this.#block(this.#frame, take));
  }

  end(): void {
    if (this.#frame !== null || this.#pending.length > 0)
      throw new EncodingError('the LZ4 stream ends within a frame');
  }

  /** @returns false when more bytes are needed */
  #begin(): boolean {
    const pending = this.#pending;
    if (pending.length < MAGIC_BYTES + 3) return false;
    if (!pending.startsWith(LZ4_FRAME_MAGIC)) throw new EncodingError('an LZ4 frame has no header');
    const flags = pending.byteAt(MAGIC_BYTES);
    const blockBytes = BLOCK_BYTES[(pending.byteAt(MAGIC_BYTES + 1) >> 4) & 7];
    if (flags >> 6 !== 1 || blockBytes === undefined || (flags & 1) !== 0)
      throw new EncodingError('an LZ4 frame is of a version or with a dictionary that is not known');
    const headerBytes = MAGIC_BYTES + 3 + ((flags & 8) === 0 ? 0 : 8);
    if (pending.length < headerBytes) return false;
    pending.take(headerBytes);
    this.#frame = {
      blockBytes,
      blockChecksumBytes: (flags & 16) === 0 ? 0 : 4,
      contentChecksumBytes: (flags & 4) === 0 ? 0 : 4,
    };
    this.#output = new Uint8Array(WINDOW_BYTES + blockBytes);
    this.#windowBytes = 0;
    return true;
  }

  #block(frame: Frame, take: (decoded: Uint8Array) => void): boolean {
    const pending = this.#pending;
    if (pending.length < 4) return false;
    const word = pending.uint32At(0);
    if (word === 0) {
      if (pending.length < 4 + frame.contentChecksumBytes) return false;
      pending.take(4 + frame.contentChecksumBytes);
      this.#frame = null;
      return true;
    }
    const packed = word % RAW;
    if (packed > frame.blockBytes) throw new EncodingError('an LZ4 block is larger than its frame allows');
    if (pending.length < 4 + packed + frame.blockChecksumBytes) return false;
    pending.take(4);
    const block = pending.take(packed);
    pending.take(frame.blockChecksumBytes);
    const from = this.#windowBytes;
    if (word >= RAW) this.#output.set(block, from);
    const end = word >= RAW ? from + packed : undoLz4Block(block, this.#output, from);
    take(this.#output.subarray(from, end));
    this.#windowBytes = Math.min(end, WINDOW_BYTES);
    this.#output.copyWithin(0, end - this.#windowBytes, end);
    return true;
  }
}
