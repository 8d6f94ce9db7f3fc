import { EncodingError } from './byte-decoder.ts';

const LENGTH_GOES_ON = 15;
const SHORTEST_MATCH = 4;
const NOT_LZ4 = 'an LZ4 block is damaged';

/**
 * Undoes one LZ4 block: literals, and copies of what stands up to 64 KiB before.
 *
 * @param output  what stands before `from` may be copied
 * @param from  where the block's content goes
 * @returns where it ends
 * @throws EncodingError  when the block asks for what is not there, or does not fit
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
export function undoLz4Block(block: Uint8Array, output: Uint8Array, from: number): number {
  let read = 0;
  let write = from;
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble !== LENGTH_GOES_ON) return length;
    for (let more = 255; more === 255;) {
      if (read >= block.length) throw new EncodingError(NOT_LZ4);
      more = block[read++] ?? 0;
      length += more;
    }
    return length;
  };
  while (read < block.length) {
    const token = block[read++] ?? 0;
    const literals = lengthOf(token >> 4);
    if (read + literals > block.length || write + literals > output.length) throw new EncodingError(NOT_LZ4);
    output.set(block.subarray(read, read + literals), write);
    read += literals;
    write += literals;
    // the last sequence has literals only
    if (read === block.length) return write;
    const distance = (block[read] ?? 0) | ((block[read + 1] ?? 0) << 8);
    read += 2;
    const length = lengthOf(token & 15) + SHORTEST_MATCH;
    if (distance === 0 || distance > write || write + length > output.length)
      throw new EncodingError(NOT_LZ4);
    copyMatch(output, write, distance, length);
    write += length;
  }
  return write;
}

/** A match may reach into what it writes itself: then it repeats. */
function copyMatch(output: Uint8Array, at: number, distance: number, length: number): void {
  if (distance >= length) {
    output.copyWithin(at, at - distance, at - distance + length);
    return;
  }
  for (let i = 0; i < length; i += 1) output[at + i] = output[at + i - distance] ?? 0;
}
