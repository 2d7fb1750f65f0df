import { GATEWAY, type KeySet, WORKER, type WriterKeys } from '@postern/events';

interface EnvelopeEnv {
  GATEWAY_ENVELOPE_KEY?: KeySet | undefined;
  WORKER_ENVELOPE_KEY?: KeySet | undefined;
}

/**
 * Whose messages this process reads: what workers write, and what the gateway writes where it has been handed that key. Another team
 * that is to publish gets a line here, a variable of its own, and is named in the `writers` of the definitions it may write
 * (docs/decisions/keys-and-trust.md).
 */
export function writerKeys({ GATEWAY_ENVELOPE_KEY, WORKER_ENVELOPE_KEY }: EnvelopeEnv): WriterKeys {
  return { [GATEWAY]: GATEWAY_ENVELOPE_KEY, [WORKER]: WORKER_ENVELOPE_KEY };
}
