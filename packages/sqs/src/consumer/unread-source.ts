import { fromWire, WIRE, withoutReserved } from '../client/wire-attributes.ts';
import type { DeadLetterSource } from '../retry/dead-letter.ts';
import type { Lease } from './lease.ts';

/** A message that cannot be read, as far as its attributes tell what it is: for its dead letter. */
export function unreadSource(lease: Lease): DeadLetterSource {
  const attributes = fromWire(lease.raw.MessageAttributes);
  return {
    id: attributes[WIRE.id] || lease.raw.MessageId || lease.receipt,
    type: attributes[WIRE.type] ?? '',
    body: lease.raw.Body ?? '',
    traceparent: attributes[WIRE.traceparent],
    encoding: attributes[WIRE.encoding],
    groupId: lease.raw.Attributes?.MessageGroupId,
    attributes: withoutReserved(attributes),
  };
}
