import { createHash } from 'node:crypto';
import { SQS_LIMITS } from '../client/sqs-api.ts';
import type { HeldLetter } from './dead-letter-format.ts';

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

/** Shows that a text changed, and not what it is. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
