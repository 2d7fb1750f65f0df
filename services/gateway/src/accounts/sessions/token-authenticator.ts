import type { Clock, Transaction } from '@postern/runtime';
import { Authenticator, type Principal, type Refusal, type RequestContext } from '../../http/route.ts';
import type { AccessTokens, VerifiedToken } from '../tokens/access-tokens.ts';
import type { AccountAccess } from './account-access.ts';
import type { SessionHolders } from './session-holders.ts';

/** 10,000 tokens of 600 bytes are 6 MB. */
const CACHE_SIZE = 10_000;
/** No token of ours is longer; longer ones are not worth hashing. */
const LONGEST_TOKEN = 4096;

/**
 * Bearer tokens, verified once and remembered until they expire: a signature costs 150 us, which is several times
 * the rest of a request. What they say is asked again of the database each time.
 */
export class TokenAuthenticator extends Authenticator {
  readonly #tokens: AccessTokens;
  readonly #access: AccountAccess;
  readonly #holders: SessionHolders;
  readonly #clock: Clock;
  readonly #verified = new Map<string, VerifiedToken>();

  constructor(tokens: AccessTokens, access: AccountAccess, holders: SessionHolders, clock: Clock) {
    super();
    this.#tokens = tokens;
    this.#access = access;
    this.#holders = holders;
    this.#clock = clock;
  }

  override isLive(principal: Principal, context: RequestContext): Promise<boolean> {
    return this.#access.isLive(principal, context);
  }

  override holderOf(refreshToken: string, signsOut: 'here' | 'everywhere'): Promise<Principal | undefined> {
    return this.#holders.holderOf(refreshToken, { unused: signsOut === 'everywhere' });
  }

  override permits(principal: Principal, permission: string, context: RequestContext): Promise<boolean> {
    return this.#access.permits(principal, permission, context);
  }

  override holds(tx: Transaction, principal: Principal, permission: string): Promise<boolean> {
    return this.#access.holds(tx, principal, permission);
  }

  override noteRefusal(userId: string, refusal: Refusal, context: RequestContext): Promise<void> {
    return this.#access.noteRefusal(userId, refusal, context);
  }

  override async authenticate(bearer: string): Promise<Principal | undefined> {
    const known = this.#verified.get(bearer);
    if (known) {
      // Its key may have been revoked since.
      if (known.expiresAt > this.#clock.now() && (await this.#tokens.acceptsKey(known.kid))) return known.principal;
      this.#verified.delete(bearer);
      return undefined;
    }
    if (bearer.length > LONGEST_TOKEN) return undefined;
    const verified = await this.#tokens.verify(bearer);
    if (!verified) return undefined;
    // A Map keeps the order of insertion: the first key is the oldest.
    for (const [oldest] of this.#verified) {
      if (this.#verified.size < CACHE_SIZE) break;
      this.#verified.delete(oldest);
    }
    this.#verified.set(bearer, verified);
    return verified.principal;
  }
}
