import * as z from 'zod';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A blob as a caller hands it in: bytes, or text that stands for its UTF-8 form. */
export const Blob = z.union([z.instanceof(Uint8Array), z.string().transform((text) => encoder.encode(text))]);

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Length in UTF-8, bytes. */
export function sizeBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
