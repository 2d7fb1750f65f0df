import type { JWK } from 'jose';

/** A key that signs access tokens. */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  kid: string;
  publicJwk: JWK;
  /** PKCS #8, sealed. */
  sealedPrivateKey: Buffer;
  createdAt: Date;
  /** From when it signs; it is published before, so that everybody has it by then. */
  signsFrom: Date;
  /** Until when its tokens are accepted; null while no newer key has taken over. */
  acceptedUntil: Date | null;
}

/** Port: the table of signing keys. */
export abstract class SigningKeyStore {
  /** All keys whose tokens are accepted at `now`, newest first. */
  abstract accepted(now: Date): Promise<SigningKey[]>;
  /** Adds the first key of all. Of several replicas that try at once, each adds its own, which does no harm. */
  abstract add(key: SigningKey): Promise<void>;
  /** Adds a key and gives those before it their end, in one transaction. */
  abstract succeed(key: SigningKey, othersAcceptedUntil: Date): Promise<void>;
  /** From `now` on the key is accepted no more. */
  abstract revoke(kid: string, now: Date): Promise<void>;
  /** Removes keys that have not been accepted since `before`. */
  abstract deleteOld(before: Date): Promise<void>;
}
