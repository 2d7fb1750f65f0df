import { createHash } from 'node:crypto';
import { z } from 'zod';

/** One secret key of a ring. What it makes carries its id, so that it is known which key reads it. */
export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Buffer;
}

const KEY_BYTES = 32;
const MAX_KEYS = 10;
const KEY_ID = /^[A-Za-z0-9_-]{1,20}$/;
/** 32 bytes in base64 or base64url, with or without padding. */
const KEY_TEXT = /^[A-Za-z0-9+/_-]{43}=?$/;

/** The text is not a ring. The message says what is wrong with it, and never quotes a key. */
class SecretRingError extends Error {
  override name = 'SecretRingError';
}

/**
 * The secret keys of one use: the first one writes, all are accepted. As text `id:base64,id2:base64`; one bare base64 key is a ring
 * too, with an id derived from it. A key is rotated by putting a new one last, then first, then leaving the old one out.
 */
export class SecretRing {
  #keys: readonly SecretKey[];

  private constructor(keys: readonly SecretKey[]) {
    this.#keys = keys;
  }

  /** @throws SecretRingError */
  static parse(text: string): SecretRing {
    const keys = text.split(',').map((part) => parseKey(part.trim()));
    if (keys.length > MAX_KEYS)
      throw new SecretRingError(`more than ${MAX_KEYS} keys: leave out those nothing uses any more`);
    const ids = keys.map(({ id }) => id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) throw new SecretRingError(`two keys have the id ${twice}: each needs one of its own`);
    return new SecretRing(keys);
  }

  /** A ring of one key, whose id is derived from it. */
  static of(bytes: Uint8Array): SecretRing {
    return SecretRing.parse(Buffer.from(bytes).toString('base64'));
  }

  /** The key that new values are made with. */
  get writing(): SecretKey {
    return this.#keys[0] as SecretKey;
  }

  /** Every accepted key, the writing one first. */
  get all(): readonly SecretKey[] {
    return this.#keys;
  }

  find(id: string): Buffer | undefined {
    return this.named(id)?.bytes;
  }

  /** The key of this id; or the one whose id this was while it was a bare key, so that a key can be given an id when a second one comes. */
  named(id: string): SecretKey | undefined {
    return this.#keys.find((key) => key.id === id) ?? this.#keys.find(({ bytes }) => idOf(bytes) === id);
  }

  /** Every id that `named` finds a key by. */
  get ids(): string[] {
    return this.#keys.flatMap(({ id, bytes }) => [...new Set([id, idOf(bytes)])]);
  }

  /** Takes on the keys of another ring, for whoever holds this one: how a rotated file reaches a process that runs. */
  replaceBy(other: SecretRing): void {
    this.#keys = other.all;
  }

  /** The text that `parse` reads. Secret. */
  toText(): string {
    return this.#keys.map(({ id, bytes }) => `${id}:${bytes.toString('base64')}`).join(',');
  }

  /** For logs and errors, which hold no key. */
  toJSON(): string[] {
    return this.#keys.map(({ id }) => id);
  }
}

function parseKey(part: string): SecretKey {
  const colon = part.indexOf(':');
  const text = part.slice(colon + 1);
  const bytes = Buffer.from(text, 'base64');
  if (!KEY_TEXT.test(text) || bytes.length !== KEY_BYTES) {
    throw new SecretRingError(
      'a key is not 32 bytes in base64 (openssl rand -base64 32), or two are not kept apart by a comma',
    );
  }
  const id = colon === -1 ? idOf(bytes) : part.slice(0, colon);
  if (!KEY_ID.test(id)) throw new SecretRingError('a key id is not 1 to 20 of the characters A-Z a-z 0-9 _ -');
  return { id, bytes };
}

/** Tells keys apart and reveals nothing of them: 32 bits of a hash of 256 random ones. */
function idOf(bytes: Buffer): string {
  return createHash('sha256').update('postern/key-id\0').update(bytes).digest('hex').slice(0, 8);
}

/** An environment variable that holds a ring. */
export function secretRing(description: string) {
  return (
    z
      .string()
      .transform((text, context) => {
        try {
          return SecretRing.parse(text);
        } catch (error) {
          if (!(error instanceof SecretRingError)) throw error;
          context.addIssue(`expected ${description}: ${error.message}`);
          return z.NEVER;
        }
      })
      // Last: a transform starts a schema of its own, which would not have the description that a missing key is reported by.
      .describe(description)
  );
}
