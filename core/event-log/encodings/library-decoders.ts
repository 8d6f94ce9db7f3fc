import { Gunzip } from 'fflate';
import { Decompress } from 'fzstd';
import { EncodingError, type ByteDecoder } from './byte-decoder.ts';

/** What the libraries are given at once: a piece is done before the next, whatever the caller reads at a time. */
const PIECE_BYTES = 64 * 1024;

/**
 * Zstandard, which Spark's codec `zstd` writes. Lambda's Node.js has it, but only as one piece in memory or on threads
 * that a simulated clock cannot see; the Node.js that the command line runs on does not have it.
 */
export class ZstdDecoder implements ByteDecoder {
  #take: (decoded: Uint8Array) => void = () => undefined;
  readonly #library = new Decompress((decoded) => this.#take(decoded));

  push(bytes: Uint8Array, take: (decoded: Uint8Array) => void): void {
    this.#take = take;
    inPieces(bytes, (piece) => said('Zstandard', () => void this.#library.push(piece)));
  }

  end(take: (decoded: Uint8Array) => void): void {
    this.#take = take;
    said('Zstandard', () => void this.#library.push(new Uint8Array(), true));
  }
}

/** Gzip, one member or several. */
export class GzipDecoder implements ByteDecoder {
  #take: (decoded: Uint8Array) => void = () => undefined;
  readonly #library = new Gunzip((decoded) => this.#take(decoded));

  push(bytes: Uint8Array, take: (decoded: Uint8Array) => void): void {
    this.#take = take;
    inPieces(bytes, (piece) => said('gzip', () => this.#library.push(piece)));
  }

  end(take: (decoded: Uint8Array) => void): void {
    this.#take = take;
    said('gzip', () => this.#library.push(new Uint8Array(), true));
  }
}

function inPieces(bytes: Uint8Array, push: (piece: Uint8Array) => void): void {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    // a copy: a library keeps what it has not used up
    push(bytes.slice(from, from + PIECE_BYTES));
  }
}

/** The libraries' errors carry a code; anything else is not about the bytes. */
function said(encoding: string, push: () => void): void {
  try {
    push();
  } catch (error) {
    if (
      error instanceof Error &&
      ('code' in error || error instanceof RangeError || error instanceof TypeError)
    )
      throw new EncodingError(`the ${encoding} stream is damaged or ends too early (${error.message})`);
    throw error;
  }
}
