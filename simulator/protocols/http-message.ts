/** HTTP messages as both transports hand them on. */

export interface HttpRequest {
  readonly method: string;
  /** percent-encoded, as it was sent */
  readonly path: string;
  readonly query: URLSearchParams;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const utf8 = new TextDecoder();
const bytes = new TextEncoder();

export const textOfBody = (body: Uint8Array): string => utf8.decode(body);
export const bodyOfText = (text: string): Uint8Array => bytes.encode(text);

/** Parts of a body as one, as plain bytes: a Buffer would look different in a trace. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export type Members = Readonly<Record<string, unknown>>;

/** True of an object that is no list. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
