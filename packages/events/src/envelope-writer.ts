import type { z } from 'zod';
import type { DataOf, MessageDefinition } from './define.ts';
import { createEnvelope, type Envelope, type EnvelopeOptions, parseEnvelope } from './envelope.ts';
import { EnvelopeError } from './envelope-error.ts';
import { checkEnvelopeMac, envelopeMac } from './envelope-mac.ts';
import { signEnvelope } from './envelope-reader.ts';
import type { KeySet } from './key-set.ts';
import type { Writer } from './writers.ts';

/** What was written so long ago is signed again when it is sent, in milliseconds: much less than readers' oldest messages. */
const OLD_MS = 24 * 3_600_000;

/** Writes and signs the messages of one service. */
export class EnvelopeWriter {
  readonly #source: Writer;
  readonly #keys: KeySet;

  constructor(source: Writer, keys: KeySet) {
    this.#source = source;
    this.#keys = keys;
  }

  /**
   * @throws EnvelopeError `invalid-data` when the data breaks the definition's schema or is nested too deep, `not-its-writer` when the definition does
   *   not name this service as one of its `writers`
   */
  write<Definition extends MessageDefinition>(
    definition: Definition,
    data: z.input<Definition['schema']>,
    options: Omit<EnvelopeOptions, 'source'> = {},
  ): { envelope: Envelope<DataOf<Definition>>; body: string } {
    if (!definition.writers.includes(this.#source)) {
      const writers = definition.writers.join(', ');
      throw new EnvelopeError(
        'not-its-writer',
        `${definition.type} is written by ${writers}, not by ${this.#source}: name it in the definition's writers`,
      );
    }
    const envelope = createEnvelope(definition, data, { ...options, source: this.#source });
    return { envelope, body: JSON.stringify({ ...envelope, mac: envelopeMac(this.#keys, envelope) }) };
  }

  /**
   * A message of this service that has waited in its database, as it is to be sent now: one that is old, or was signed with another key
   * than new ones are, is signed again, so that its age counts from now and a key can leave the ring; one of a release before
   * signatures is signed. What another service has written, or anybody changed since, stays as it is, for its receiver to refuse.
   */
  renew(body: string, now = new Date()): string {
    let parsed: ReturnType<typeof parseEnvelope>;
    try {
      parsed = parseEnvelope(body);
      if ('mac' in parsed.raw) checkEnvelopeMac({ [this.#source]: this.#keys }, parsed.raw);
    } catch (error) {
      if (error instanceof EnvelopeError) return body;
      throw error;
    }
    const { raw, envelope } = parsed;
    if (envelope.source !== this.#source) return body;
    const { mac } = raw as { mac?: string };
    const signedAt = new Date(envelope.signedat ?? envelope.time).getTime();
    const fresh = mac?.startsWith(`${this.#keys.writing.id}.`) && now.getTime() - signedAt < OLD_MS;
    return fresh ? body : signEnvelope({ [this.#source]: this.#keys }, body, now);
  }
}
