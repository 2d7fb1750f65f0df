import type { Sql } from '@postern/runtime';
import { z } from 'zod';
import type { Permits } from '../roles/permits.ts';
import type { AccessTokens } from '../tokens/access-tokens.ts';
import type { ReadRefreshToken, RefreshTokens } from '../tokens/refresh-tokens.ts';
import type { Session } from './session.ts';

/** What signing in and refreshing give (RFC 6749, 5.1). */
export const tokenPair = z
  .strictObject({
    token_type: z.literal('Bearer'),
    access_token: z.string(),
    /** Seconds. */
    expires_in: z.int(),
    refresh_token: z.string(),
    /** When the session ends, however it is used. */
    session_expires_at: z.iso.datetime(),
  })
  .meta({ id: 'TokenPair' });

export type TokenPair = z.infer<typeof tokenPair>;

export const tokenPairExample: TokenPair = {
  token_type: 'Bearer',
  access_token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6Ii4uLiJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl',
  expires_in: 600,
  refresh_token: 'AZk0bq7wc6mYQkR1Jm2b0AAAAADJrT8q0m1o0JmY2pW8x4vQxq2hJ3bQZz1yD0m5c7uXHQ',
  session_expires_at: '2026-12-23T12:00:00.000Z',
};

/** Makes the tokens of a session. */
export class TokenPairs {
  readonly #access: AccessTokens;
  readonly #refresh: RefreshTokens;
  readonly #permits: Pick<Permits, 'grantsOf'>;

  constructor(access: AccessTokens, refresh: RefreshTokens, permits: Pick<Permits, 'grantsOf'>) {
    this.#access = access;
    this.#refresh = refresh;
    this.#permits = permits;
  }

  /** Call it before the transaction that `of` is called in. */
  ready(): Promise<void> {
    return this.#access.ready();
  }

  /** Takes a refresh token apart; undefined when it has not the form of one. */
  read(refreshToken: string): ReadRefreshToken | undefined {
    return this.#refresh.read(refreshToken);
  }

  /** Whether we made the refresh token, for this session. */
  isGenuine(read: ReadRefreshToken, { seed }: Pick<Session, 'seed'>): boolean {
    return this.#refresh.isGenuine(read, seed);
  }

  /** The newest tokens of the session, with what the person may do now. */
  async of(db: Sql, session: Session): Promise<TokenPair> {
    const grants = await this.#permits.grantsOf(db, session.userId);
    const accessToken = await this.#access.issue({
      userId: session.userId,
      sessionId: session.id,
      generation: session.generation,
      authenticatedAt: session.authenticatedAt,
      ...grants,
    });
    return {
      token_type: 'Bearer',
      access_token: accessToken,
      expires_in: this.#access.lifeSeconds,
      refresh_token: this.#refresh.mint({
        sessionId: session.id,
        seed: session.seed,
        generation: session.generation,
      }),
      session_expires_at: session.expiresAt.toISOString(),
    };
  }
}
