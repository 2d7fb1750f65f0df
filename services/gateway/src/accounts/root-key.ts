import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * What keys of this service's own use are derived from (RFC 5869), one a purpose: refresh and device tokens, hashes of addresses,
 * stored answers. It stays when KEY_ENCRYPTION_KEY is rotated, which seals it: deriving from that would sign everybody out.
 * Read from the database before the first request (`RootKeys`).
 */
export class RootKey {
  #bytes: Buffer | undefined;
  readonly #derived = new Map<string, Buffer>();

  /** 32 bytes. @throws before it was read */
  get bytes(): Buffer {
    if (!this.#bytes) throw new Error('the root key has not been read: RootKeys.load() comes first');
    return this.#bytes;
  }

  set(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#derived.clear();
  }

  /** A key of its own for a purpose, 32 bytes. */
  derive(purpose: string): Buffer {
    const known = this.#derived.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.bytes, '', `postern/${purpose}`, KEY_BYTES));
    this.#derived.set(purpose, key);
    return key;
  }
}
