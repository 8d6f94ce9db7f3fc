/** What a message to people is about. */
export interface ObservedMessage {
  readonly atMs: number;
  readonly subject: string;
  readonly text: string;
  /** `report`: what came of a run; `miss`: its deadline will be missed; `question`: a plan waits for an answer */
  readonly kind: 'report' | 'miss' | 'question' | 'other';
  /** null: of no run, or of one that cannot be told */
  readonly runKey: string | null;
}

const KINDS: readonly (readonly [ObservedMessage['kind'], RegExp])[] = [
  ['report', /^\S+ (on time|LATE|FAILED|skipped|declined)/],
  ['miss', /will miss its deadline/],
  ['question', /answer|approv/i],
];

/** @param runKeyAt  the key of the run of a job that was scheduled in that minute (`2026-01-05 02:00`) */
export function readMessage(
  message: { readonly subject: string | undefined; readonly message: string; readonly publishedAtMs: number },
  runKeyAt: (job: string, minute: string) => string | undefined,
): ObservedMessage {
  const { subject = '', message: text, publishedAtMs: atMs } = message;
  const named = /Run key\s+(\S+@\S+Z)/.exec(text)?.[1];
  const [, job, minute] = /^(\S+), run of\s+(\S+\s+\S+)\s+UTC/.exec(text) ?? [];
  const told =
    job === undefined || minute === undefined ? undefined : runKeyAt(job, minute.replace(/\s+/, ' '));
  const kind = KINDS.find(([, pattern]) => pattern.test(subject))?.[0] ?? 'other';
  return { atMs, subject, text, kind, runKey: named ?? told ?? null };
}
