import type { Outbox } from '@postern/durable';
import { type DataOf, type EnvelopeWriter, type MessageDefinition, type Subscriber, sharedCopy } from '@postern/events';
import type { Clock, Transaction } from '@postern/runtime';
import type { z } from 'zod';

export interface PublishOptions {
  /** Id of whom or what the event is about. Default: the `user_id` of its data. */
  subject?: string | undefined;
  /** The request's trace, carried on to the listeners and their mails. */
  traceparent?: string | undefined;
}

/** What a service needs to dispatch events; `FakeEvents` is it in tests. */
export type Events = Pick<EventPublisher, 'dispatch'>;

/** Publishes the catalog's events through the outbox: sent once the transaction has been committed, and only then. */
export class EventPublisher {
  readonly #outbox: Outbox;
  readonly #writer: EnvelopeWriter;
  readonly #clock: Clock;
  readonly #subscribers: readonly Subscriber[];

  constructor(outbox: Outbox, writer: EnvelopeWriter, clock: Clock, subscribers: readonly Subscriber[]) {
    this.#outbox = outbox;
    this.#writer = writer;
    this.#clock = clock;
    this.#subscribers = subscribers;
  }

  /**
   * Adds an event to the transaction, and a copy of it for each other team that hears it: each is sent by itself, so that what is down
   * holds up no other.
   *
   * @throws EnvelopeError when the data breaks the event's schema: the transaction rolls back
   */
  async dispatch<Definition extends MessageDefinition>(
    tx: Transaction,
    definition: Definition,
    data: DataOf<Definition>,
    { subject = userIdOf(data), traceparent }: PublishOptions = {},
  ): Promise<void> {
    // Schemas of events transform nothing: what goes in is what comes out.
    const { envelope, body } = this.#writer.write(definition, data as z.input<Definition['schema']>, {
      subject,
      traceparent,
      time: this.#clock.now(),
    });
    const message = {
      id: envelope.id,
      type: envelope.type,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    await this.#outbox.add(tx, 'events', { ...message, body });
    for (const { queue, events } of this.#subscribers) {
      if (!events.some(({ type }) => type === definition.type)) continue;
      await this.#outbox.add(tx, queue, { ...message, body: sharedCopy(definition, envelope) });
    }
  }
}

/** Whose id a message's data carries. */
export function userIdOf(data: unknown): string | undefined {
  const { user_id } = (data ?? {}) as { user_id?: unknown };
  return typeof user_id === 'string' ? user_id : undefined;
}
