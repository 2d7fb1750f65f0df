import { newId } from '@postern/runtime';
import { type DeadLetter, FRAME_ENCODING, type OutgoingMessage, unpackFrame } from '@postern/sqs';
import { UNREADABLE } from './letter-row.ts';

/** Of a stranger's message that names no type; the outbox wants one. */
const NO_TYPE = 'unnamed';

/**
 * The messages that a letter is sent back as, under their own ids: whatever had succeeded with them is not done again; to a FIFO queue, which
 * drops what has the id of what died there moments ago, under another one besides. A frame is
 * unpacked: those of its messages that fail again come back one by one.
 *
 * @throws BrokenFrameError for a frame that cannot be unpacked; Error for a letter whose row cannot be read
 */
export function toOutgoing(letter: DeadLetter): OutgoingMessage[] {
  const { id, type, body, traceparent, groupId, attributes, encoding } = letter;
  if (encoding === UNREADABLE) throw new Error(`the row of the letter ${id} cannot be read`);
  const group = () => (groupId === undefined ? {} : { groupId, deduplicationId: newId() });
  if (encoding !== FRAME_ENCODING) {
    return [{ id, type: type || NO_TYPE, body, ...(traceparent && { traceparent }), ...group(), attributes }];
  }
  return unpackFrame(body).map((entry) => ({
    ...{ id: entry.id, type: entry.type || NO_TYPE, body: entry.body, ...group() },
    ...(entry.traceparent && { traceparent: entry.traceparent }),
    ...(entry.attributes && { attributes: entry.attributes }),
  }));
}
