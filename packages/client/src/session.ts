import type { TokenPair } from './generated/schema.ts';
import { withLock } from './lock.ts';
import { PosternProblem } from './problem.ts';
import type { TokenStore, Tokens } from './token-store.ts';

/** An access token that ends within this time is replaced before it is used, in milliseconds. */
const EARLY_MS = 30_000;

/** Trades a refresh token for what then begins anew; throws a PosternProblem where it is not good any more. */
export type Refresh = (refreshToken: string) => Promise<unknown>;

/**
 * The tokens of one sign-in. A refresh token is good once: whoever needs a new access token waits for the one that is
 * refreshing, in other tabs too, and takes what that one got. What a tab writes to `localStorage` may reach another process a moment after
 * the lock does: that one refreshes as well, which the server's REFRESH_GRACE_SECONDS forgives.
 */
export class Session {
  readonly #store: TokenStore;
  readonly #refresh: Refresh;
  readonly #onEnd: () => void;

  /** @param onEnd called when the server has ended the session */
  constructor(store: TokenStore, refresh: Refresh, onEnd: () => void) {
    this.#store = store;
    this.#refresh = refresh;
    this.#onEnd = onEnd;
  }

  get isSignedIn(): boolean {
    return this.#store.read() !== undefined;
  }

  begin(pair: TokenPair): void {
    this.#store.write(toTokens(pair));
  }

  end(): void {
    this.#store.write(undefined);
  }

  /** A token that is good for a while; undefined when nobody is signed in. */
  async accessToken(): Promise<string | undefined> {
    const tokens = this.#store.read();
    if (!tokens || tokens.expiresAt - Date.now() > EARLY_MS) return tokens?.accessToken;
    return this.renew(tokens.accessToken);
  }

  /** Another token than the one that was refused; undefined when the session is over. */
  renew(refused: string): Promise<string | undefined> {
    return withLock(this.#store.name, async () => {
      const tokens = this.#store.read();
      // Somebody else was faster.
      if (!tokens || tokens.accessToken !== refused) return tokens?.accessToken;
      try {
        await this.#refresh(tokens.refreshToken);
        return this.#store.read()?.accessToken;
      } catch (error) {
        // Whoever cannot reach the server is signed in still.
        if (!(error instanceof PosternProblem) || error.kind !== 'refresh-token-invalid') throw error;
        this.end();
        this.#onEnd();
        return undefined;
      }
    });
  }
}

function toTokens(pair: TokenPair): Tokens {
  return {
    accessToken: pair.access_token,
    refreshToken: pair.refresh_token,
    expiresAt: Date.now() + pair.expires_in * 1_000,
  };
}
