import type { KeyObject } from 'node:crypto';
import type { Transaction } from '@postern/runtime';
import type { JWK } from 'jose';

/** A key that signs access tokens. */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  kid: string;
  publicJwk: JWK;
  /** What `publicJwk` says. */
  publicKey: KeyObject;
  /** PKCS #8, sealed. */
  sealedPrivateKey: Buffer;
  createdAt: Date;
  /** From when it signs; it is published before, so that everybody has it by then. */
  signsFrom: Date;
  /** Until when its tokens are accepted; null while no newer key has taken over. */
  acceptedUntil: Date | null;
}

/** What else belongs to a change of the keys, in its transaction: the line of the audit log. */
export type Along = (tx: Transaction) => Promise<void>;

/** Port: the table of signing keys. */
export abstract class SigningKeyStore {
  /** All keys whose tokens are accepted at `now`, newest first. */
  abstract accepted(now: Date): Promise<SigningKey[]>;
  /**
   * Adds the first key of all; where there is one already, nothing. Of replicas that start at once one adds it for all: a token of a second
   * key would be refused by whoever read the keys before that was added.
   */
  abstract addFirst(key: SigningKey): Promise<void>;
  /** Adds a key and gives those before it their end, in one transaction. */
  abstract succeed(key: SigningKey, othersAcceptedUntil: Date, along: Along): Promise<void>;
  /** From `now` on the key is accepted no more; its successor, where it needs one, is added in the same transaction. */
  abstract revoke(kid: string, now: Date, successor: SigningKey | undefined, along: Along): Promise<void>;
  /** Removes keys that have not been accepted since `before`. */
  abstract deleteOld(before: Date): Promise<void>;
}
