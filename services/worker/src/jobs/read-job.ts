import { claimedTicket, parseTicket, type ReadJob } from '@postern/durable';
import type { EnvelopeReader } from '@postern/events';
import { PermanentError } from '@postern/sqs';
import { refuse } from '../messages/read-message.ts';

/**
 * Reads id and ticket of a job from its signed envelope. A ticket that only the message's attributes claim counts during an
 * upgrade alone: earlier releases did not sign it.
 *
 * The reader throws PermanentError with the envelope's reason, or `unsigned-ticket`.
 */
export function jobReader(reader: EnvelopeReader): ReadJob {
  return (message) => {
    const { id, ticket, subject } = refuse(() => reader.verify(message.body)).envelope;
    if (ticket !== undefined) return { id, subject, ticket: parseTicket(ticket) };
    const claimed = claimedTicket(message);
    if (Object.keys(claimed).length > 0 && !reader.acceptsUnsigned()) {
      throw new PermanentError('unsigned-ticket', 'the ticket of the job is not signed');
    }
    return { id, subject, ticket: claimed };
  };
}
