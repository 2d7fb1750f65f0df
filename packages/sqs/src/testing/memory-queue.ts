import type { Message } from '@aws-sdk/client-sqs';
import type { SendEntry } from '../client/sqs-api.ts';

interface Stored {
  entry: SendEntry;
  sqsId: string;
  sentAt: number;
  /** Not to be received before, in milliseconds since 1970: a delay or a lease. */
  visibleAt: number;
  receives: number;
  firstReceivedAt: number;
  /** The receipt of the last receive; earlier ones are stale. */
  receipt: string | undefined;
}

export interface MemoryQueueOptions {
  name: string;
  fifo: boolean;
  maxReceiveCount: number;
  now: () => number;
  /** Where messages go that were received too often. */
  deadLetters: MemoryQueue | undefined;
}

/** How long a FIFO queue remembers a deduplication id, in milliseconds. */
const DEDUPLICATION_MS = 300_000;

/** One queue in memory that keeps SQS's rules: leases, delays, receive counts, redrive, group order, deduplication. */
export class MemoryQueue {
  readonly #options: MemoryQueueOptions;
  #messages: Stored[] = [];
  readonly #seen = new Map<string, number>();
  #counter = 0;

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get depth(): { visible: number; inFlight: number; delayed: number } {
    const now = this.#options.now();
    const visible = this.#messages.filter((message) => message.visibleAt <= now).length;
    const inFlight = this.#messages.filter((message) => message.visibleAt > now && message.receives > 0).length;
    return { visible, inFlight, delayed: this.#messages.length - visible - inFlight };
  }

  /** What is in it, in order, for tests to look at. */
  get contents(): SendEntry[] {
    return this.#messages.map((message) => message.entry);
  }

  /** When the next hidden message shows, in milliseconds since 1970. */
  get nextVisibleAt(): number {
    const now = this.#options.now();
    return Math.min(
      ...this.#messages.map((message) => (message.visibleAt > now ? message.visibleAt : Number.POSITIVE_INFINITY)),
    );
  }

  send(entry: SendEntry): void {
    const now = this.#options.now();
    if (this.#options.fifo && entry.deduplicationId !== undefined) {
      const before = this.#seen.get(entry.deduplicationId);
      if (before !== undefined && now - before < DEDUPLICATION_MS) return;
      this.#seen.set(entry.deduplicationId, now);
    }
    const visibleAt = now + (entry.delaySeconds ?? 0) * 1_000;
    this.#messages.push({
      entry,
      sqsId: this.#id(),
      sentAt: now,
      visibleAt,
      receives: 0,
      firstReceivedAt: 0,
      receipt: undefined,
    });
  }

  receive(max: number, visibilitySeconds: number): Message[] {
    const now = this.#options.now();
    const blocked = new Set<string>();
    const received: Message[] = [];
    for (const message of [...this.#messages]) {
      if (received.length === max) break;
      const group = this.#options.fifo ? message.entry.groupId : undefined;
      if (message.visibleAt > now) {
        // One of its group is being worked on: the ones behind it wait.
        if (group !== undefined) blocked.add(group);
        continue;
      }
      if (group !== undefined && blocked.has(group)) continue;
      message.receives += 1;
      message.firstReceivedAt ||= now;
      if (message.receives > this.#options.maxReceiveCount && this.#options.deadLetters) {
        this.#remove(message);
        this.#options.deadLetters.send(message.entry);
        continue;
      }
      message.receipt = this.#id();
      message.visibleAt = now + visibilitySeconds * 1_000;
      received.push(toMessage(message));
    }
    return received;
  }

  /** False when the receipt is stale: the message was received again since. SQS's own delete says nothing then. */
  delete(receipt: string): boolean {
    const message = this.#messages.find((stored) => stored.receipt === receipt);
    if (message) this.#remove(message);
    return message !== undefined;
  }

  /** False when there is no lease of this receipt any more. */
  changeVisibility(receipt: string, seconds: number): boolean {
    const now = this.#options.now();
    const message = this.#messages.find((stored) => stored.receipt === receipt);
    if (!message || message.visibleAt <= now) return false;
    message.visibleAt = now + seconds * 1_000;
    if (seconds === 0) message.receipt = undefined;
    return true;
  }

  /** SQS delivers at least once: the n-th message is there a second time. */
  duplicate(n: number): void {
    const message = this.#messages[n % Math.max(1, this.#messages.length)];
    // A FIFO queue gives no second copy.
    if (!message || this.#options.fifo) return;
    this.#messages.push({ ...message, sqsId: this.#id(), visibleAt: this.#options.now(), receipt: undefined });
  }

  /** SQS keeps no order: the n-th message moves to the front. */
  reorder(n: number): void {
    if (this.#options.fifo || this.#messages.length === 0) return;
    const [message] = this.#messages.splice(n % this.#messages.length, 1);
    if (message) this.#messages.unshift(message);
  }

  /** Ends every lease now, as when heartbeats do not get through. */
  expireLeases(): void {
    const now = this.#options.now();
    for (const message of this.#messages) {
      if (message.receives > 0 && message.visibleAt > now) message.visibleAt = now;
    }
  }

  #remove(message: Stored): void {
    this.#messages = this.#messages.filter((stored) => stored !== message);
  }

  #id(): string {
    this.#counter += 1;
    return `${this.#options.name}-${this.#counter}`;
  }
}

function toMessage(stored: Stored): Message {
  return {
    MessageId: stored.sqsId,
    ReceiptHandle: stored.receipt,
    Body: stored.entry.body,
    MessageAttributes: stored.entry.attributes,
    Attributes: {
      ApproximateReceiveCount: String(stored.receives),
      SentTimestamp: String(stored.sentAt),
      ApproximateFirstReceiveTimestamp: String(stored.firstReceivedAt),
      ...(stored.entry.groupId === undefined ? {} : { MessageGroupId: stored.entry.groupId }),
    },
  };
}
