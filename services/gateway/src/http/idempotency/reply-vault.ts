import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Reply } from '../route.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What is stored of one idempotent request, and the key that reads its answer. */
interface Fingerprint {
  /** 16 bytes: scope and Idempotency-Key. */
  id: Buffer;
  /** 32 bytes: the body too. */
  bodyHash: Buffer;
  /** Never stored: made of the server's key and the caller's Idempotency-Key. */
  replyKey: Buffer;
}

/**
 * Keeps answers unreadable at rest. An answer may hold a person's data or a secret that is shown once, and a plain
 * hash of a body that has a password in it would let a thief of the database try passwords at 10^9 a second. So hashes
 * are keyed, and answers are encrypted under a key that takes the caller's Idempotency-Key to make.
 */
export class ReplyVault {
  readonly #secret: () => Buffer;

  /** @param secret 32 bytes, the same on all replicas */
  constructor(secret: () => Buffer) {
    this.#secret = secret;
  }

  /** @param scope route and caller: the same key of another caller is another key */
  fingerprint(scope: readonly string[], key: string, body: unknown): Fingerprint {
    const parts = JSON.stringify([...scope, key]);
    return {
      id: this.#mac('id', parts).subarray(0, 16),
      bodyHash: this.#mac('body', parts + JSON.stringify(body ?? null)),
      replyKey: this.#mac('reply', parts),
    };
  }

  seal(reply: Reply, replyKey: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', replyKey, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(reply), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  open(sealed: Buffer, replyKey: Buffer): Reply {
    const decipher = createDecipheriv('aes-256-gcm', replyKey, sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as Reply;
  }

  #mac(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.#secret()).update(`${purpose}\u0000${text}`).digest();
  }
}
