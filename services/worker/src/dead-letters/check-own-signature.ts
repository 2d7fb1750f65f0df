import { EnvelopeError, parseEnvelope, WORKER } from '@postern/events';
import { MAX_AGE_MS } from '../max-age.ts';

/**
 * The outbox signs anew what this service has written, where that is old or from before there were signatures: this service put it there. A
 * dead letter came out of a queue. Nobody may get a signature for what he has written by having it die and be sent back.
 *
 * @throws Error for what its receiver refuses, and the outbox would make genuine
 */
export function checkOwnSignature(body: string, now: Date): void {
  let parsed: ReturnType<typeof parseEnvelope>;
  try {
    parsed = parseEnvelope(body);
  } catch (error) {
    // Sent as it is, as is whatever has a wrong signature.
    if (error instanceof EnvelopeError) return;
    throw error;
  }
  const { raw, envelope } = parsed;
  if (envelope.source !== WORKER) return;
  if (!('mac' in raw)) throw new Error('nobody has signed it');
  const signedAt = new Date(envelope.signedat ?? envelope.time).getTime();
  if (now.getTime() - signedAt > MAX_AGE_MS) throw new Error('it was signed too long ago');
}
