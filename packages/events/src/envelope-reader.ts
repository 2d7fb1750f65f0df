import type { MessageDefinition } from './define.ts';
import { decodeEnvelope, type Envelope, parseEnvelope } from './envelope.ts';
import { EnvelopeError } from './envelope-error.ts';
import { checkEnvelopeMac, envelopeMac, type WriterKeys } from './envelope-mac.ts';
import { isKnownType } from './known.ts';

/**
 * The time during an upgrade in which messages are read that a release before signatures has written. While it is open,
 * whoever can write to a queue can write messages in any service's name.
 */
export interface UnsignedWindow {
  /** From when on what nobody has signed is refused as ever. */
  until: Date;
  /** Hears of every message that was let in. */
  accepted: (envelope: Envelope) => void;
}

interface EnvelopeReaderOptions {
  /** While it is open, messages without a signature are read too: those of an earlier release. */
  unsigned?: UnsignedWindow | undefined;
  /**
   * Messages that were signed longer ago, in milliseconds, are refused. It must be less than the time for which receivers remember what
   * they have done, so that nobody can repeat what they have forgotten. Default: any age.
   */
  maxAgeMs?: number | undefined;
  /** Default: the system's clock. */
  now?: () => Date;
}

/** Reads messages: those that one of the known writers has signed and may write, and no others. */
export class EnvelopeReader {
  /** The definitions that it knows. */
  readonly catalog: readonly MessageDefinition[];
  readonly #keys: WriterKeys;
  readonly #unsigned: UnsignedWindow | undefined;
  readonly #maxAgeMs: number;
  readonly #now: () => Date;

  constructor(
    catalog: readonly MessageDefinition[],
    keys: WriterKeys,
    { unsigned, maxAgeMs = Number.POSITIVE_INFINITY, now = () => new Date() }: EnvelopeReaderOptions = {},
  ) {
    this.catalog = catalog;
    this.#keys = keys;
    this.#unsigned = unsigned;
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  /**
   * @throws EnvelopeError with its reason; nothing of a message that nobody has signed is looked at beyond its form. The error's
   *   text names fields and expectations, never values
   */
  read(body: string): { definition: MessageDefinition; envelope: Envelope } {
    const { envelope, signed } = this.verify(body);
    const { type } = envelope;
    if (isKnownType(type) && !this.catalog.some((definition) => definition.type === type)) {
      throw new EnvelopeError('wrong-queue', `${type} does not belong on this queue`);
    }
    const read = decodeEnvelope(this.catalog, envelope);
    const { source } = read.envelope;
    if (!read.definition.writers.some((writer) => writer === source)) {
      throw new EnvelopeError('not-its-writer', `${source} may not write ${type}`);
    }
    if (!signed) this.#unsigned?.accepted(envelope);
    return read;
  }

  /**
   * Only that a known writer has written it, not long ago, whatever its type: for what a message says of itself.
   *
   * @throws EnvelopeError `not-json`, `not-an-envelope`, `no-mac`, `unknown-writer`, `unknown-key`, `wrong-mac` or `too-old`
   */
  verify(body: string): { envelope: Envelope; signed: boolean } {
    const { raw, envelope } = parseEnvelope(body);
    const signed = 'mac' in raw || !this.#accepts(envelope);
    if (signed) checkEnvelopeMac(this.#keys, raw);
    const signedAt = new Date(envelope.signedat ?? envelope.time).getTime();
    if (this.#now().getTime() - signedAt > this.#maxAgeMs) {
      const days = Math.floor(this.#maxAgeMs / 86_400_000);
      throw new EnvelopeError(
        'too-old',
        `it was signed more than ${days} days ago: whether it was handled is forgotten`,
      );
    }
    return { envelope, signed };
  }

  /** Whether messages without a signature are read at the moment. */
  acceptsUnsigned(): boolean {
    return this.#unsigned !== undefined && this.#now() < this.#unsigned.until;
  }

  /** A message without a signature has to be from a writer whose messages this process would check. */
  #accepts({ source }: Envelope): boolean {
    return this.acceptsUnsigned() && Object.hasOwn(this.#keys, source) && this.#keys[source] !== undefined;
  }
}

/**
 * Signs a message again in the name of its writer: for an operator who has looked at it and sends it back changed. `signedat` says when,
 * so that its age counts from there.
 *
 * @throws EnvelopeError when it is not an envelope, or its writer's keys are not at hand
 */
export function signEnvelope(keys: WriterKeys, body: string, now = new Date()): string {
  const {
    raw,
    envelope: { source },
  } = parseEnvelope(body);
  const ring = Object.hasOwn(keys, source) ? keys[source] : undefined;
  if (!ring)
    throw new EnvelopeError('unknown-writer', 'the message is from a writer whose keys are not configured here');
  const anew = { ...raw, signedat: now.toISOString() };
  return JSON.stringify({ ...anew, mac: envelopeMac(ring, anew) });
}
