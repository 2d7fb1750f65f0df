import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type Clock, ConfigError } from '@postern/runtime';
import { calculateJwkThumbprint, type JSONWebKeySet, type JWK } from 'jose';
import type { AccountsConfig } from '../config.ts';
import { generateSigningPair, type SigningAlgorithm } from '../signing-algorithm.ts';
import type { SecretBox } from './secret-box.ts';
import type { Along, SigningKey, SigningKeyStore } from './signing-key-store.ts';

/** How long a replica works with the keys it has read: a revoked key is accepted no longer than that. */
const RELOAD_MS = 10_000;
/** A kid nobody knows is looked up in the database at most this often: strangers choose it. */
const MISS_RELOAD_MS = 5_000;
/** From its publication a new key waits this long to sign: all replicas and their JWKS readers have read it by then. */
const LEAD_MS = 60_000;
/** Tokens may be read by clocks that are this far behind. */
const SKEW_MS = 60_000;
export const SIGNING_KEY_PURPOSE = 'signing-key';

interface Usable {
  key: SigningKey;
  /** Undefined when KEY_ENCRYPTION_KEY does not open it. */
  privateKey: KeyObject | undefined;
}

/** No accepted key has the id. */
class UnknownKeyError extends Error {
  override name = 'UnknownKeyError';
}

const nothing = () => async () => undefined;

/**
 * The keys that sign access tokens: kept in the database, encrypted, the same for all replicas. The first is made
 * when it is first needed; `rotate` brings the next, and for a while both are published and accepted.
 */
export class KeyRing {
  readonly #store: SigningKeyStore;
  readonly #box: SecretBox;
  readonly #tokenMs: number;
  /** Of keys that are made from now on; the others keep theirs. */
  readonly #algorithm: SigningAlgorithm;
  readonly #clock: Clock;
  #keys: Usable[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #creating: Promise<void> | undefined;

  constructor(store: SigningKeyStore, box: SecretBox, { env }: AccountsConfig, clock: Clock) {
    this.#store = store;
    this.#box = box;
    this.#tokenMs = env.ACCESS_TOKEN_SECONDS * 1000;
    this.#algorithm = env.ACCESS_TOKEN_ALGORITHM;
    this.#clock = clock;
  }

  /**
   * Reads the keys when those at hand are older than ten seconds, and makes the first one of all. Call it before
   * a transaction whose answer holds a token: within one, `signing` must not wait for a second connection.
   */
  async ready(): Promise<void> {
    await this.#refresh(RELOAD_MS);
    if (this.#keys.length > 0) return;
    this.#creating ??= this.#createFirst().finally(() => {
      this.#creating = undefined;
    });
    await this.#creating;
  }

  /**
   * The key to sign with now, and its id.
   *
   * @throws when `ready` has never been called, and when KEY_ENCRYPTION_KEY does not open the key
   */
  signing(): { kid: string; privateKey: KeyObject } {
    const now = this.#clock.now();
    // Newest first: the first one whose time to sign has come.
    const usable = this.#keys.find(({ key }) => key.signsFrom <= now) ?? this.#keys.at(-1);
    if (!usable) throw new Error('no signing key has been read: KeyRing.ready() comes first');
    return { kid: usable.key.kid, privateKey: usable.privateKey ?? this.#open(usable.key) };
  }

  /** The public key with this id; undefined when none is accepted under it. The id is only ever compared. */
  async verifying(kid: string): Promise<KeyObject | undefined> {
    await this.#refresh(RELOAD_MS);
    const known = this.#find(kid);
    if (known) return known;
    await this.#refresh(MISS_RELOAD_MS);
    return this.#find(kid);
  }

  /** RFC 7517, 5: what others verify our tokens with. */
  async published(): Promise<JSONWebKeySet> {
    await this.ready();
    return { keys: this.#keys.map(({ key }) => key.publicJwk) };
  }

  /**
   * Makes a new key. It signs from a minute from now on; the one before is accepted until its last token has
   * expired. Returns the new key's id and from when it signs.
   *
   * @param along what is written in the same transaction, given the new key's id
   */
  async rotate(along: (kid: string) => Along = nothing): Promise<{ kid: string; signsFrom: Date }> {
    await this.ready();
    const now = this.#clock.now().getTime();
    const key = await this.#make(new Date(now + LEAD_MS));
    await this.#store.succeed(key, new Date(now + LEAD_MS + this.#tokenMs + SKEW_MS), along(key.kid));
    await this.#store.deleteOld(new Date(now));
    await this.#read();
    return { kid: key.kid, signsFrom: key.signsFrom };
  }

  /** Every key that is accepted, newest first. */
  async list(): Promise<SigningKey[]> {
    await this.#read();
    return this.#keys.map(({ key }) => key);
  }

  /**
   * Ends a key that may have leaked: its tokens are refused at once here, and by every other replica when it reads the keys next, after ten
   * seconds at most. Where it was the one that signs, a new one signs at once; whoever was signed in refreshes.
   *
   * @returns the id of the key that has taken over, if one had to
   * @throws Error when no accepted key has the id
   */
  async revoke(kid: string, along: Along = nothing()): Promise<{ successor?: string }> {
    const revoked = (await this.list()).find((key) => key.kid === kid);
    if (!revoked) throw new UnknownKeyError(`no key ${kid} is accepted; \`keys list\` shows those that are`);
    const now = this.#clock.now();
    const successor = revoked.acceptedUntil === null ? await this.#make(now) : undefined;
    await this.#store.revoke(kid, now, successor, along);
    await this.#read();
    return successor ? { successor: successor.kid } : {};
  }

  /**
   * Opens every accepted key, and makes the first one of all: at start, so that a process with another KEY_ENCRYPTION_KEY never serves.
   *
   * @throws ConfigError
   */
  async check(): Promise<void> {
    await this.ready();
    const unopened = this.#keys.find(({ privateKey }) => privateKey === undefined);
    if (!unopened) return;
    throw new ConfigError([
      `KEY_ENCRYPTION_KEY: it does not open the signing key ${unopened.key.kid} in the database; give this process the one that sealed it`,
    ]);
  }

  #find(kid: string): KeyObject | undefined {
    const now = this.#clock.now();
    const usable = this.#keys.find(({ key }) => key.kid === kid);
    const { acceptedUntil } = usable?.key ?? {};
    return acceptedUntil && acceptedUntil <= now ? undefined : usable?.key.publicKey;
  }

  async #createFirst(): Promise<void> {
    await this.#store.addFirst(await this.#make(this.#clock.now()));
    await this.#read();
  }

  async #make(signsFrom: Date): Promise<SigningKey> {
    const { publicKey, privateKey } = generateSigningPair(this.#algorithm);
    const bare = publicKey.export({ format: 'jwk' }) as JWK;
    const kid = await calculateJwkThumbprint(bare);
    return {
      kid,
      publicJwk: { ...bare, kid, alg: this.#algorithm, use: 'sig' },
      publicKey,
      sealedPrivateKey: this.#box.seal(SIGNING_KEY_PURPOSE, kid, privateKey.export({ format: 'der', type: 'pkcs8' })),
      createdAt: this.#clock.now(),
      signsFrom,
      acceptedUntil: null,
    };
  }

  #open({ kid, sealedPrivateKey }: SigningKey): KeyObject {
    const key = this.#box.open(SIGNING_KEY_PURPOSE, kid, sealedPrivateKey);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  }

  /** One that does not open must keep nobody from verifying by the others; `check` says so at start. */
  #openIfPossible(key: SigningKey): KeyObject | undefined {
    try {
      return this.#open(key);
    } catch {
      return undefined;
    }
  }

  /** Reads the keys again when they are older than `maxAgeMs`; callers at the same time share one reading. */
  async #refresh(maxAgeMs: number): Promise<void> {
    if (this.#clock.monotonic() - this.#readAt < maxAgeMs) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    // They are as old as the question: while the answer was on its way, another replica may have made a key.
    const askedAt = this.#clock.monotonic();
    const keys = await this.#store.accepted(this.#clock.now());
    this.#keys = keys.map((key) => {
      const known = this.#keys.find((usable) => usable.key.kid === key.kid);
      // Now, and not when it signs: by then what was read may be sealed with a key that has left the ring, and the row with another.
      return { key, privateKey: known?.privateKey ?? this.#openIfPossible(key) };
    });
    this.#readAt = askedAt;
  }
}
