import { type Database, MemoryLogger, newId } from '@postern/runtime';
import { testMetrics } from '@postern/runtime/testing';
import { MessageSender, type OutgoingMessage } from '@postern/sqs';
import { Outbox } from '../src/index.ts';
import type { OutboxOptions } from '../src/outbox/outbox-options.ts';

export interface Sent {
  queue: string;
  message: OutgoingMessage;
}

/** A sender without SQS: keeps what it was given, and does before that whatever the test says. */
export class RecordingSender extends MessageSender {
  readonly sent: Sent[] = [];
  /** Throws, waits or does nothing, before a message is taken. */
  before: (queue: string, message: OutgoingMessage) => void | Promise<void> = () => undefined;

  override async send(queue: string, message: OutgoingMessage): Promise<void> {
    await this.before(queue, message);
    this.sent.push({ queue, message });
  }

  override async close(): Promise<void> {}

  get ids(): string[] {
    return this.sent.map(({ message }) => message.id);
  }
}

export function message(fields: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { id: newId(), type: 'test.happened', body: '{"n":1}', ...fields };
}

/** On the real clock no lease ends during a test, however long the machine stands still: a fake clock ends them. */
const PATIENCE = { leaseMs: 600_000 };

/** An outbox whose options a test may change; its log and metrics are its own. */
export function outboxOn(database: Database, sender: MessageSender, options: Partial<OutboxOptions> = {}) {
  const logger = new MemoryLogger();
  const metrics = testMetrics();
  const patience = options.clock ? {} : PATIENCE;
  const outbox = new Outbox(database, sender, { logger, metrics, deleteLingerMs: 1, ...patience, ...options });
  return { outbox, logger, metrics };
}
