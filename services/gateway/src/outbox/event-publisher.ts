import type { Outbox } from '@postern/durable';
import type { DataOf, EnvelopeWriter, MessageDefinition } from '@postern/events';
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

  constructor(outbox: Outbox, writer: EnvelopeWriter, clock: Clock) {
    this.#outbox = outbox;
    this.#writer = writer;
    this.#clock = clock;
  }

  /**
   * Adds an event to the transaction.
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
    await this.#outbox.add(tx, 'events', {
      id: envelope.id,
      type: envelope.type,
      body,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
  }
}

function userIdOf(data: unknown): string | undefined {
  const { user_id } = data as { user_id?: unknown };
  return typeof user_id === 'string' ? user_id : undefined;
}
