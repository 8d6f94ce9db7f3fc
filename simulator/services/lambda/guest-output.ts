import { currentGuest } from '../../kernel/guest.ts';

type Sink = (text: string) => void;

const sinks = new Map<string, Sink>();
let intercepted = false;

/**
 * Sends what a guest writes to standard output and standard error to `sink` instead of the terminal.
 *
 * @param guestId  of a guest that is about to run
 * @returns ends it
 */
export function captureOutput(guestId: string, sink: Sink): () => void {
  intercept();
  sinks.set(guestId, sink);
  return () => sinks.delete(guestId);
}

/** Installed once and for good: libraries keep the streams they found when they were loaded. */
function intercept(): void {
  if (intercepted) return;
  intercepted = true;
  for (const stream of [process.stdout, process.stderr]) {
    const write: unknown = Reflect.get(stream, 'write');
    if (typeof write !== 'function') continue;
    const pass = (parameters: unknown[]): unknown => Reflect.apply(write, stream, parameters);
    Reflect.set(stream, 'write', (...parameters: unknown[]): unknown => {
      const guest = currentGuest();
      const sink = guest === undefined ? undefined : sinks.get(guest.id);
      if (sink === undefined) return pass(parameters);
      const [chunk, ...others] = parameters;
      sink(chunk instanceof Uint8Array ? new TextDecoder().decode(chunk) : String(chunk));
      const written = others.find((parameter) => typeof parameter === 'function');
      if (written !== undefined) queueMicrotask(() => void Reflect.apply(written, stream, []));
      return true;
    });
  }
}
