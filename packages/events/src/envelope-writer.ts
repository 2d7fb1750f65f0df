import type { z } from 'zod';
import type { DataOf, MessageDefinition } from './define.ts';
import { createEnvelope, type Envelope, type EnvelopeOptions } from './envelope.ts';
import { EnvelopeError } from './envelope-error.ts';
import { envelopeMac } from './envelope-mac.ts';
import type { KeySet } from './key-set.ts';
import type { Writer } from './writers.ts';

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
}
