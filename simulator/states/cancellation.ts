/** Stops work that waits: an execution, a branch, or everything below one that failed. */
export class Cancellation {
  #cancelled = false;
  readonly #listeners = new Set<() => void>();

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Calls every listener, in the order they came. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** @returns a function that takes the listener back */
  onCancel(listener: () => void): () => void {
    if (this.#cancelled) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One that is cancelled with this one and also alone. Release it when its work has ended. */
  child(): { readonly cancellation: Cancellation; readonly release: () => void } {
    const cancellation = new Cancellation();
    const release = this.onCancel(() => cancellation.cancel());
    return { cancellation, release };
  }
}
