import type { Outbox } from '@postern/durable';
import type { DeadLetter, OutgoingMessage } from '@postern/sqs';
import { checkOwnSignature } from './check-own-signature.ts';
import { toOutgoing } from './to-outgoing.ts';

/**
 * The messages that a letter can be sent back as.
 *
 * @throws Error for a broken frame, for what nobody has signed or was signed too long ago, and for what the outbox has no room for
 */
export function sendable(
  letter: DeadLetter,
  { outbox, now }: { outbox: Pick<Outbox, 'check'>; now: Date },
): OutgoingMessage[] {
  const messages = toOutgoing(letter);
  for (const message of messages) {
    checkOwnSignature(message.body, now);
    outbox.check(letter.queue, message);
  }
  return messages;
}
