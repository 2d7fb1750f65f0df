import { fromWire, WIRE, withoutReserved } from '../client/wire-attributes.ts';
import type { DeadLetterSource } from '../dead-letters/dead-letter-format.ts';
import { MAX_NAME } from '../frames/frame.ts';
import type { Lease } from './lease.ts';

/**
 * A message that cannot be read, as far as its attributes tell what it is: for its dead letter and its log line. An id that nobody of ours
 * would write gives way to SQS's, a type is cut.
 */
export function unreadSource(lease: Lease): DeadLetterSource {
  const attributes = fromWire(lease.raw.MessageAttributes);
  const { [WIRE.id]: id = '', [WIRE.type]: type = '' } = attributes;
  return {
    id: (id.length <= MAX_NAME && id) || lease.raw.MessageId || lease.receipt,
    type: type.slice(0, MAX_NAME).toWellFormed(),
    body: lease.raw.Body ?? '',
    traceparent: attributes[WIRE.traceparent],
    encoding: attributes[WIRE.encoding],
    groupId: lease.raw.Attributes?.MessageGroupId,
    attributes: withoutReserved(attributes),
  };
}
