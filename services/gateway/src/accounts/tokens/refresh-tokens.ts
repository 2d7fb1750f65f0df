import { createHmac, timingSafeEqual } from 'node:crypto';
import { bytesToId, idToBytes } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { RootKey } from '../root-key.ts';

const ID_BYTES = 16;
const GENERATION_BYTES = 4;
const MAC_BYTES = 32;

/** What a refresh token is derived from. */
interface RefreshSource {
  sessionId: string;
  /** 32 random bytes that only the session's row holds. */
  seed: Uint8Array;
  /** How often the session's token has been rotated. */
  generation: number;
}

export interface ReadRefreshToken {
  sessionId: string;
  generation: number;
  mac: Buffer;
}

/**
 * Refresh tokens, opaque to whoever holds them: session, generation and an HMAC-SHA256 over both and the session's seed.
 * Nothing that works is stored: to make one takes the database (the seed, 256 random bits; ASVS 5.0, 7.2.3) and a
 * key that it does not hold. That they can be derived again is what lets two honest tabs that refresh at once get the
 * same successor, and what distinguishes a replay from a made-up token.
 */
export class RefreshTokens {
  readonly #root: RootKey;

  constructor({ root }: Pick<AccountsConfig, 'root'>) {
    this.#root = root;
  }

  mint(source: RefreshSource): string {
    return Buffer.concat([idToBytes(source.sessionId), count(source.generation), this.#mac(source)]).toString(
      'base64url',
    );
  }

  /** Takes a token apart; undefined when it has not even the form of one. Whether it is genuine is for `isGenuine`. */
  read(token: string): ReadRefreshToken | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const well = bytes.length === ID_BYTES + GENERATION_BYTES + MAC_BYTES && bytes.toString('base64url') === token;
    if (!well) return undefined;
    return {
      sessionId: bytesToId(bytes.subarray(0, ID_BYTES)),
      generation: bytes.readUInt32BE(ID_BYTES),
      mac: bytes.subarray(ID_BYTES + GENERATION_BYTES),
    };
  }

  /** Whether we made this token for the session with this seed; found out in constant time. */
  isGenuine({ sessionId, generation, mac }: ReadRefreshToken, seed: Uint8Array): boolean {
    return timingSafeEqual(mac, this.#mac({ sessionId, generation, seed }));
  }

  #mac({ sessionId, generation, seed }: RefreshSource): Buffer {
    return createHmac('sha256', this.#root.derive('refresh-token'))
      .update(idToBytes(sessionId))
      .update(count(generation))
      .update(seed)
      .digest();
  }
}

function count(generation: number): Buffer {
  const bytes = Buffer.alloc(GENERATION_BYTES);
  bytes.writeUInt32BE(generation);
  return bytes;
}
