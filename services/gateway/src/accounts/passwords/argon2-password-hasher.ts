import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { AccountsConfig } from '../config.ts';
import { type Argon2Cost, argon2id, formatHash, parseHash, SALT_BYTES, TAG_BYTES } from './argon2.ts';
import type { HashClient, HashQueue } from './hash-queue.ts';
import { PasswordHasher } from './password-hasher.ts';

/**
 * argon2id with OWASP's parameters by default (m=19456, t=2, p=1; ASVS 5.0, 11.4.2; RFC 9106), which PASSWORD_HASH_MEMORY_KIB and
 * PASSWORD_HASH_PASSES set (`accounts/config.ts`). Passwords are put
 * into NFC first, as the OpaqueString profile says (RFC 8265, 4.2), so that the same characters typed on another
 * keyboard are the same password; nothing else is changed or cut off (ASVS 5.0, 6.2.8).
 */
export class Argon2PasswordHasher extends PasswordHasher {
  readonly #queue: HashQueue;
  readonly #cost: Argon2Cost;
  readonly #nobody: string;

  constructor(queue: HashQueue, { env }: AccountsConfig) {
    super();
    this.#queue = queue;
    this.#cost = { memory: env.PASSWORD_HASH_MEMORY_KIB, passes: env.PASSWORD_HASH_PASSES, parallelism: 1 };
    this.#nobody = formatHash({ ...this.#cost, salt: randomBytes(SALT_BYTES), tag: randomBytes(TAG_BYTES) });
  }

  override async hash(password: string, client?: HashClient): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#queue.run(() => argon2id(password.normalize('NFC'), salt, this.#cost), client);
    return formatHash({ ...this.#cost, salt, tag });
  }

  override async verify(password: string, hash = this.#nobody, client?: HashClient): Promise<boolean> {
    const { salt, tag, ...cost } = parseHash(hash);
    const found = await this.#queue.run(() => argon2id(password.normalize('NFC'), salt, cost, tag.length), client);
    return timingSafeEqual(found, tag);
  }

  override isOutdated(hash: string): boolean {
    const { memory, passes, parallelism } = parseHash(hash);
    return memory !== this.#cost.memory || passes !== this.#cost.passes || parallelism !== this.#cost.parallelism;
  }
}
