import { MILLISECONDS_PER_SECOND } from '../units.ts';

interface Executor {
  /** null: never announced in what could be read */
  cores: number | null;
  addedMs: number;
  removedMs: number | null;
}

/** Which executors there were, when, with how many cores, and which were lost rather than let go. */
export class ExecutorRoll {
  readonly #executors = new Map<string, Executor>();
  readonly #lost = new Set<string>();

  added(id: string, timeMs: number, cores: number | null): void {
    const known = this.#executors.get(id);
    this.#executors.set(id, {
      cores: cores ?? known?.cores ?? null,
      addedMs: Math.min(timeMs, known?.addedMs ?? timeMs),
      removedMs: known?.removedMs ?? null,
    });
  }

  /** @param letGo  the driver asked it to go, for instance because it was idle */
  removed(id: string, timeMs: number, letGo: boolean): void {
    const known = this.#executors.get(id);
    if (known !== undefined) known.removedMs = timeMs;
    if (!letGo) this.#lost.add(id);
  }

  lost(id: string): void {
    this.#lost.add(id);
  }

  /** A task ran there: an executor announced in a part that is missing has been there at least since then. */
  seen(id: string, timeMs: number): void {
    const known = this.#executors.get(id);
    if (known === undefined) this.#executors.set(id, { cores: null, addedMs: timeMs, removedMs: null });
    else if (known.cores === null) known.addedMs = Math.min(known.addedMs, timeMs);
  }

  get lostCount(): number {
    return this.#lost.size;
  }

  /** Cores of the largest executor announced; 0 when none was. */
  get largestCores(): number {
    return [...this.#executors.values()].reduce((most, { cores }) => Math.max(most, cores ?? 0), 0);
  }

  /** Cores of one executor; 0 when it was never announced. */
  coresOf(id: string): number {
    return this.#executors.get(id)?.cores ?? 0;
  }

  /**
   * Core-seconds offered between two moments.
   *
   * @param usualCores  cores of an executor whose announcement is missing, when the log's settings tell; else
   *   those of the largest executor known, else 1
   */
  coreSeconds(fromMs: number, untilMs: number, usualCores: number | null): number {
    const executors = [...this.#executors.values()];
    const largest = this.largestCores;
    const assumed = usualCores ?? (largest > 0 ? largest : 1);
    return executors.reduce((sum, { cores, addedMs, removedMs }) => {
      const from = Math.max(addedMs, fromMs);
      const until = Math.min(removedMs ?? untilMs, untilMs);
      return sum + ((cores ?? assumed) * Math.max(0, until - from)) / MILLISECONDS_PER_SECOND;
    }, 0);
  }
}
