import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { AccountsConfig } from '../config.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Keeps secrets that must be had back (signing keys, TOTP secrets) encrypted in the database, by AES-256-GCM under keys
 * derived from KEY_ENCRYPTION_KEY (RFC 5869), one a purpose (ASVS 5.0, 11.3.2, 13.3.1 and 13.3.3). What a secret belongs
 * to is bound in, so that a row copied onto another one does not open.
 */
export class SecretBox {
  readonly #master: Buffer;

  constructor({ env }: AccountsConfig) {
    this.#master = env.KEY_ENCRYPTION_KEY;
  }

  /** A key of its own for a purpose, 32 bytes. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#master, '', `postern/${purpose}`, KEY_BYTES));
  }

  /** @param owner what the secret belongs to: a key id, a user id */
  seal(purpose: string, owner: string, secret: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.derive(purpose), nonce).setAAD(Buffer.from(owner));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws when it was sealed with another KEY_ENCRYPTION_KEY, for something else, or was changed */
  open(purpose: string, owner: string, sealed: Buffer): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.derive(purpose), sealed.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new Error(
        `a secret in the database (${purpose}) does not open: is KEY_ENCRYPTION_KEY the one it was sealed with?`,
        {
          cause,
        },
      );
    }
  }
}
