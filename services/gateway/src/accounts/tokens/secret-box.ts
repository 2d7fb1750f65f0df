import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SecretKey, SecretRing } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';

/** What secrets of authenticator apps are sealed for. It is here because they are re-encrypted even where nothing else uses them. */
export const TOTP_PURPOSE = 'totp';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** The first byte of what names its key; then the length of the id, and the id. */
const NAMES_ITS_KEY = 1;
const PREFIX_BYTES = 2;

/**
 * Keeps secrets that must be had back (signing keys, TOTP secrets) encrypted in the database, by AES-256-GCM under keys
 * derived from those of KEY_ENCRYPTION_KEY (RFC 5869), one a purpose (ASVS 5.0, 11.3.2, 13.3.1 and 13.3.3). What a secret belongs
 * to is bound in, so that a row copied onto another one does not open. What is sealed names its key, so that the key can be rotated; what
 * was sealed before keys had ids names none.
 */
export class SecretBox {
  readonly #ring: SecretRing;

  constructor({ env }: { env: Pick<AccountsConfig['env'], 'KEY_ENCRYPTION_KEY'> }) {
    this.#ring = env.KEY_ENCRYPTION_KEY;
  }

  /** @param owner what the secret belongs to: a key id, a user id */
  seal(purpose: string, owner: string, secret: Uint8Array): Buffer {
    const { id, bytes } = this.#ring.writing;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', keyOf(bytes, purpose), nonce).setAAD(Buffer.from(`${id}\0${owner}`));
    return Buffer.concat([sealedPrefix(id), nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws when it was sealed with a key that the ring does not have, for something else, or was changed */
  open(purpose: string, owner: string, sealed: Buffer): Buffer {
    let cause: unknown;
    for (const { key, owner: bound, body } of this.#candidates(owner, sealed)) {
      try {
        return openWith(keyOf(key.bytes, purpose), bound, body);
      } catch (error) {
        cause ??= error;
      }
    }
    throw new Error(
      `a secret in the database (${purpose}) does not open: has KEY_ENCRYPTION_KEY the key that it was sealed with?`,
      { cause },
    );
  }

  /** The id of the key in the ring that it was sealed with; undefined when it names none of them. */
  keyIdOf(sealed: Buffer): string | undefined {
    const id = namedIn(sealed);
    return id === undefined ? undefined : this.#ring.named(id)?.id;
  }

  /** The key of the ring that sealed this before what is sealed named its key; undefined when it names one, or none of them did. */
  sealerFromBefore(purpose: string, owner: string, sealed: Buffer): SecretKey | undefined {
    return this.#ring.all.find(({ bytes }) => {
      try {
        return openWith(keyOf(bytes, purpose), owner, sealed) !== undefined;
      } catch {
        return false;
      }
    });
  }

  /** With the key that it names. Then, as it may begin with that byte by chance and name none, with each of them. */
  #candidates(owner: string, sealed: Buffer): { key: SecretKey; owner: string; body: Buffer }[] {
    const id = namedIn(sealed) ?? '';
    const key = this.#ring.named(id);
    const named = key ? [{ key, owner: `${id}\0${owner}`, body: sealed.subarray(PREFIX_BYTES + id.length) }] : [];
    return [...named, ...this.#ring.all.map((each) => ({ key: each, owner, body: sealed }))];
  }
}

function namedIn(sealed: Buffer): string | undefined {
  if (sealed[0] !== NAMES_ITS_KEY) return undefined;
  return sealed.toString('latin1', PREFIX_BYTES, PREFIX_BYTES + (sealed[1] ?? 0));
}

/** What everything begins with that the key of this id has sealed. */
export function sealedPrefix(id: string): Buffer {
  return Buffer.from([NAMES_ITS_KEY, id.length, ...Buffer.from(id)]);
}

function keyOf(bytes: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', `postern/${purpose}`, KEY_BYTES));
}

function openWith(key: Buffer, owner: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
