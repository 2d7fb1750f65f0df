import { EnvelopeError } from '@postern/events';
import { PermanentError } from '@postern/sqs';
import type { MessageReader } from './patient-reader.ts';

/** @throws PermanentError with the envelope's reason: trying again cannot fix a message that breaks its contract */
export function read(reader: MessageReader, body: string): ReturnType<MessageReader['read']> {
  return refuse(() => reader.read(body));
}

/** Runs `work`; what is wrong with an envelope becomes a PermanentError with the same reason. */
export function refuse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EnvelopeError) throw new PermanentError(error.reason, error.message, { cause: error });
    throw error;
  }
}
