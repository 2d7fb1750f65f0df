import { EnvelopeError, type EnvelopeReader } from '@postern/events';
import { RetryLater } from '@postern/sqs';

/** As much of a reader as handlers of messages need. */
export type MessageReader = Pick<EnvelopeReader, 'catalog' | 'read'>;

/**
 * Has messages wait whose type or version this release does not know: during a rolling update old replicas receive what new ones
 * write, and the next receive may be a new replica's. Only after `waitMs`
 * since a replica first found that it does not know a message is that a dead letter, with that reason.
 */
export class PatientReader implements MessageReader {
  readonly #reader: EnvelopeReader;
  readonly #waitMs: number;

  constructor(reader: EnvelopeReader, waitMs: number) {
    this.#reader = reader;
    this.#waitMs = waitMs;
  }

  get catalog(): EnvelopeReader['catalog'] {
    return this.#reader.catalog;
  }

  /**
   * @throws RetryLater for a genuine message of an unknown type or version
   * @throws EnvelopeError as `EnvelopeReader` does, otherwise
   */
  read(body: string): ReturnType<EnvelopeReader['read']> {
    try {
      return this.#reader.read(body);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      const { reason, message } = error;
      if (reason !== 'unknown-type' && reason !== 'unknown-version') throw error;
      throw new RetryLater(message, { atMostMs: this.#waitMs, reason, cause: error });
    }
  }
}
