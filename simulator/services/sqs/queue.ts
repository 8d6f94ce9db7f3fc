import { createHash } from 'node:crypto';

interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly receiveWaitSeconds: number;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
  readonly kmsKeyArn: string | undefined;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sentAtMs: number;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  visibleAtMs: number;
  /** of the latest receive */
  receiptHandle: string | undefined;
}

/** A standard queue that happens to keep order: messages, visibility time-outs and redrive. */
export class Queue {
  readonly settings: QueueSettings;
  readonly policies: unknown[] = [];
  #messages: QueuedMessage[] = [];
  #waiting: (() => void)[] = [];

  constructor(settings: QueueSettings) {
    this.settings = settings;
  }

  send(
    message: Pick<QueuedMessage, 'id' | 'body' | 'attributes'>,
    nowMs: number,
    delaySeconds: number,
  ): void {
    this.#messages.push({
      ...message,
      sentAtMs: nowMs,
      receiveCount: 0,
      firstReceivedAtMs: undefined,
      visibleAtMs: nowMs + delaySeconds * 1000,
      receiptHandle: undefined,
    });
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  /** A message that another queue gave up. */
  adopt(message: QueuedMessage): void {
    this.#messages.push({ ...message, receiptHandle: undefined });
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  /** Calls back at the next message that is sent. */
  onNextMessage(wake: () => void): void {
    this.#waiting.push(wake);
  }

  /** Everything in the queue, visible or not. */
  all(nowMs: number): readonly QueuedMessage[] {
    const oldestMs = nowMs - this.settings.retentionSeconds * 1000;
    this.#messages = this.#messages.filter((message) => message.sentAtMs >= oldestMs);
    return this.#messages;
  }

  /**
   * Takes up to `limit` visible messages and hides them for a while.
   *
   * @param giveUp  receives messages that were received too often, for the dead-letter queue
   */
  receive(
    nowMs: number,
    { limit, visibilitySeconds }: { limit: number; visibilitySeconds: number },
    giveUp: (message: QueuedMessage) => void,
  ): QueuedMessage[] {
    const received: QueuedMessage[] = [];
    for (const message of [...this.all(nowMs)]) {
      if (received.length >= limit) break;
      if (message.visibleAtMs > nowMs) continue;
      const { redrive } = this.settings;
      if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
        this.#remove(message);
        giveUp(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= nowMs;
      message.visibleAtMs = nowMs + visibilitySeconds * 1000;
      message.receiptHandle = `${message.id}#${message.receiveCount}`;
      received.push(message);
    }
    return received;
  }

  /** An old receipt handle deletes the message, too; an unknown one does nothing, as in a standard queue. */
  delete(receiptHandle: string): void {
    const [id] = receiptHandle.split('#');
    const message = this.#messages.find((other) => other.id === id);
    if (message !== undefined) this.#remove(message);
  }

  /** Hides a received message for so long from now on. @returns false when it is not hidden now */
  hide(receiptHandle: string, nowMs: number, seconds: number): boolean {
    const message = this.#messages.find((other) => other.receiptHandle === receiptHandle);
    if (message === undefined || message.visibleAtMs <= nowMs) return false;
    message.visibleAtMs = nowMs + seconds * 1000;
    return true;
  }

  #remove(message: QueuedMessage): void {
    this.#messages = this.#messages.filter((other) => other !== message);
  }
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
