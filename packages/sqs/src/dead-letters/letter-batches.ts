import { createHash } from 'node:crypto';
import { newId } from '@postern/runtime';
import { type SendEntry, SQS_LIMITS } from '../client/sqs-api.ts';
import { toSqsBody } from '../client/sqs-text.ts';
import { toWire, WIRE } from '../client/wire-attributes.ts';
import type { DeadLetter, HeldLetter } from './dead-letter.ts';

/** The letter as it was before it died: its reasons and its count of attempts stay behind. */
export function toEntry(letter: DeadLetter, fifo: boolean): SendEntry {
  const { id, type, traceparent, encoding, groupId, body } = letter;
  return {
    body: toSqsBody(body),
    attributes: toWire(
      { [WIRE.id]: id, [WIRE.type]: type, [WIRE.traceparent]: traceparent, [WIRE.encoding]: encoding },
      letter.attributes,
    ),
    ...(groupId === undefined ? {} : { groupId }),
    // Another one than the message's own: within five minutes SQS would drop it as a repeat, and it would be lost.
    ...(fifo ? { deduplicationId: newId() } : {}),
  };
}

/** Batches of at most ten and one mebibyte, as SQS takes them; attributes may have ten kilobytes each. */
export function bySize(held: readonly HeldLetter[]): HeldLetter[][] {
  const batches: HeldLetter[][] = [];
  let room = 0;
  for (const each of held) {
    const size = Buffer.byteLength(each.letter.body) + 10_240;
    const last = batches.at(-1);
    if (!last || last.length === SQS_LIMITS.batchEntries || size > room) {
      batches.push([each]);
      room = SQS_LIMITS.bytes - size;
    } else {
      last.push(each);
      room -= size;
    }
  }
  return batches;
}

/** Tells that a text changed, and not what it is. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
