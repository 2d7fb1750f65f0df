import type { DataOf, MessageDefinition } from '../define.ts';
import { DispatchRecord } from './dispatch-record.ts';

/**
 * Stands in for the publisher of events in tests.
 *
 * @example
 * const fakeEvents = new FakeEvents();
 * await new Shipping(fakeEvents).ship(tx, order);
 * fakeEvents.expectDispatched(OrderShipped, ({ data }) => data.order_id === order.id);
 */
export class FakeEvents extends DispatchRecord {
  /** The transaction may be anything: nothing is sent. @throws EnvelopeError when the data breaks the event's schema */
  async dispatch<Event extends MessageDefinition>(
    _tx: unknown,
    event: Event,
    data: DataOf<Event>,
    options: object = {},
  ): Promise<void> {
    this.keep(event, data, options);
  }
}
