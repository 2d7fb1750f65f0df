import { type Clock, newId } from '@postern/runtime';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Principal } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { algorithmOf, SIGNING_ALGORITHMS } from '../signing-algorithm.ts';
import type { KeyRing } from './key-ring.ts';

/** RFC 9068, 2.1: so that no other kind of token of ours can pass for an access token. */
const TYPE = 'at+jwt';
/**
 * RFC 9068, 2.2, demands the claim. Nobody registers clients here: whoever has an access token got it from this API.
 */
const CLIENT_ID = 'postern';
/** How far the clocks of replicas may differ, in seconds. */
const TOLERANCE_SECONDS = 5;

const claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  gen: z.int().min(0).default(0),
  exp: z.number(),
  auth_time: z.number(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
});

/** A principal, and until when the token is accepted. */
export interface VerifiedToken {
  principal: Principal;
  /** The key that it was verified with. */
  kid: string;
  expiresAt: Date;
}

/**
 * Access tokens: JWTs of ten minutes, signed with Ed25519 or P-256 (RFC 9068, RFC 8725; ASVS 5.0, 9.1 and 9.2). Keys come from our
 * key ring by `kid` alone: `jku`, `x5u` and `jwk` in a header are never looked at.
 */
export class AccessTokens {
  readonly #keys: KeyRing;
  readonly #config: AccountsConfig['env'];
  readonly #clock: Clock;

  constructor(keys: KeyRing, { env }: AccountsConfig, clock: Clock) {
    this.#keys = keys;
    this.#config = env;
    this.#clock = clock;
  }

  /** Seconds that a new token lives. */
  get lifeSeconds(): number {
    return this.#config.ACCESS_TOKEN_SECONDS;
  }

  /** Call it before a transaction in which tokens are issued. */
  ready(): Promise<void> {
    return this.#keys.ready();
  }

  async issue({ userId, sessionId, generation, roles, permissions, authenticatedAt }: Principal): Promise<string> {
    const { kid, privateKey } = this.#keys.signing();
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    return new SignJWT({
      client_id: CLIENT_ID,
      sid: sessionId,
      gen: generation,
      roles: [...roles],
      permissions: [...permissions],
      auth_time: Math.floor(authenticatedAt.getTime() / 1000),
    })
      .setProtectedHeader({ alg: algorithmOf(privateKey), typ: TYPE, kid })
      .setIssuer(this.#config.PUBLIC_URL)
      .setAudience(this.#config.ACCESS_TOKEN_AUDIENCE)
      .setSubject(userId)
      .setJti(newId())
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + this.#config.ACCESS_TOKEN_SECONDS)
      .sign(privateKey);
  }

  /** What a good token says; undefined for any other, whatever is wrong with it. */
  async verify(token: string): Promise<VerifiedToken | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, ({ kid, alg }) => this.#key(kid, alg), {
        algorithms: [...SIGNING_ALGORITHMS],
        issuer: this.#config.PUBLIC_URL,
        audience: this.#config.ACCESS_TOKEN_AUDIENCE,
        typ: TYPE,
        requiredClaims: ['exp', 'nbf', 'iat', 'sub'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: this.#clock.now(),
      });
      const { sub, sid, gen, exp, auth_time, roles, permissions } = claims.parse(payload);
      return {
        principal: {
          userId: sub,
          sessionId: sid,
          generation: gen,
          roles,
          permissions,
          authenticatedAt: new Date(auth_time * 1000),
        },
        kid: protectedHeader.kid ?? '',
        expiresAt: new Date((exp + TOLERANCE_SECONDS) * 1000),
      };
    } catch (error) {
      // A bad token is an answer; a database that does not give its keys is not.
      if (error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof TypeError)
        return undefined;
      throw error;
    }
  }

  /** Whether tokens of a key are accepted still. */
  async acceptsKey(kid: string): Promise<boolean> {
    return (await this.#keys.verifying(kid)) !== undefined;
  }

  async #key(kid: string | undefined, alg: string) {
    const key = kid === undefined ? undefined : await this.#keys.verifying(kid);
    if (!key || algorithmOf(key) !== alg) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}
