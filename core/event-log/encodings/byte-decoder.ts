/** Undoes an encoding piece by piece, in memory that does not grow with what passes through. */
export interface ByteDecoder {
  /**
   * @param bytes  the next piece, cut anywhere
   * @param take  called with what it holds; valid during the call only
   * @throws EncodingError  when it is damaged; what was taken before stands
   */
  push(bytes: Uint8Array, take: (decoded: Uint8Array) => void): void;
  /**
   * Nothing follows.
   *
   * @throws EncodingError  when more should
   */
  end(take: (decoded: Uint8Array) => void): void;
}

/** Bytes that are not what their encoding allows. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/** Bytes of a stream that are not used up yet. */
export class Pending {
  #bytes: Uint8Array = new Uint8Array();

  append(bytes: Uint8Array): void {
    if (this.#bytes.length === 0) {
      this.#bytes = bytes;
      return;
    }
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Whether they begin with these. */
  startsWith(prefix: readonly number[]): boolean {
    return prefix.every((byte, i) => this.#bytes[i] === byte);
  }

  byteAt(place: number): number {
    return this.#bytes[place] ?? 0;
  }

  /** A 32-bit number without sign, its lowest byte first. */
  uint32At(place: number): number {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => this.byteAt(place + i));
    return ((a ?? 0) | ((b ?? 0) << 8) | ((c ?? 0) << 16) | ((d ?? 0) << 24)) >>> 0;
  }

  /** The first so many, which are then used up. */
  take(count: number): Uint8Array {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}
