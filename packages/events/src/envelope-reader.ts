import type { MessageDefinition } from './define.ts';
import { decodeEnvelope, type Envelope, EnvelopeError, parseEnvelope } from './envelope.ts';
import { checkEnvelopeMac, envelopeMac, type WriterKeys } from './envelope-mac.ts';

/** Reads messages: those that one of the known writers has signed and may write, and no others. */
export class EnvelopeReader {
  /** The definitions that it knows. */
  readonly catalog: readonly MessageDefinition[];
  readonly #keys: WriterKeys;

  constructor(catalog: readonly MessageDefinition[], keys: WriterKeys) {
    this.catalog = catalog;
    this.#keys = keys;
  }

  /**
   * @throws EnvelopeError with its reason; nothing of a message that nobody has signed is looked at beyond its form. The error's
   *   text names fields and expectations, never values
   */
  read(body: string): { definition: MessageDefinition; envelope: Envelope } {
    const { raw, envelope } = parseEnvelope(body);
    checkEnvelopeMac(this.#keys, raw);
    const read = decodeEnvelope(this.catalog, envelope);
    const { source } = read.envelope;
    if (!read.definition.writers.some((writer) => writer === source)) {
      throw new EnvelopeError('not-its-writer', `${source} may not write ${read.definition.type}`);
    }
    return read;
  }
}

/**
 * Signs a message anew in the name of its writer: for an operator who has looked at it and sends it back changed.
 *
 * @throws EnvelopeError when it is no envelope, or its writer's keys are not at hand
 */
export function signEnvelope(keys: WriterKeys, body: string): string {
  const {
    raw,
    envelope: { source },
  } = parseEnvelope(body);
  const ring = Object.hasOwn(keys, source) ? keys[source] : undefined;
  if (!ring)
    throw new EnvelopeError('unknown-writer', 'the message is from a writer whose keys are not configured here');
  return JSON.stringify({ ...raw, mac: envelopeMac(ring, raw) });
}
