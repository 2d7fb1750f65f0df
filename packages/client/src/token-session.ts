import type { SignedIn, TokenPair } from './generated/schema.ts';
import { withLock } from './lock.ts';
import { PosternProblem } from './problem.ts';
import { jsonOf, type Session } from './session.ts';
import type { TokenStore, Tokens } from './token-store.ts';

/** An access token that ends within this time is replaced before it is used, in milliseconds. */
const EARLY_MS = 30_000;

/** Trades a refresh token for what then begins again; throws a PosternProblem where it is not good any more. */
type Refresh = (refreshToken: string) => Promise<unknown>;

/**
 * The tokens of one sign-in. A refresh token is good once: whoever needs a new access token waits for the one that is
 * refreshing, in other tabs too, and takes what that one got. What a tab writes to `localStorage` may reach another process a moment after
 * the lock does: that one refreshes as well, which the server's REFRESH_GRACE_SECONDS forgives.
 */
export class TokenSession implements Session {
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

  /** What the last sign-in called this device. */
  get device(): { device_token?: string } {
    const device_token = this.#store.readDevice?.();
    return device_token === undefined ? {} : { device_token };
  }

  async signed(request: Request, attempt: () => Promise<Response>): Promise<Response> {
    const token = await this.accessToken();
    if (token === undefined) return attempt();
    request.headers.set('authorization', `Bearer ${token}`);
    const response = await attempt();
    if (response.status !== 401) return response;
    const next = await this.renew(token);
    if (next === undefined) return response;
    request.headers.set('authorization', `Bearer ${next}`);
    return attempt();
  }

  /** A request that is sent again has the token that it was sent with. */
  same(): () => boolean {
    return () => true;
  }

  /** Signing in, refreshing and confirming a password bring new tokens, which replace the previous ones. */
  async received({ method }: Request, response: Response): Promise<void> {
    const body = method === 'POST' ? await jsonOf<TokenPair | SignedIn>(response) : undefined;
    if (body?.refresh_token === undefined) return;
    const pair = body as TokenPair | SignedIn;
    if ('device_token' in pair) this.begin(pair);
    else this.renewed(pair);
  }

  begin(signedIn: SignedIn): void {
    this.#store.writeDevice?.(signedIn.device_token);
    this.#store.write(toTokens(signedIn));
  }

  /**
   * Takes newer tokens of the session that is kept. Others are late: somebody has signed out or in meanwhile, or another tab has refreshed, and a refresh
   * token that was exchanged would end the session.
   */
  renewed(pair: TokenPair): void {
    const kept = this.#store.read();
    if (!kept || !isSameSession(kept.accessToken, pair.access_token)) return;
    if (!isOlder(pair.access_token, kept.accessToken)) this.#store.write(toTokens(pair));
  }

  ending(): () => void {
    const kept = this.#store.read();
    return () => {
      const now = this.#store.read();
      if (kept && now && isSameSession(kept.accessToken, now.accessToken)) this.end();
    };
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

  /** Another token of the same session than the one that was refused; undefined when that session is over. */
  renew(refused: string): Promise<string | undefined> {
    return withLock(this.#store.name, async () => {
      const tokens = this.#store.read();
      // Somebody else was faster.
      if (!tokens || tokens.accessToken !== refused) return this.#tokenAfter(refused);
      try {
        await this.#refresh(tokens.refreshToken);
        return this.#tokenAfter(refused);
      } catch (error) {
        // Whoever cannot reach the server is signed in still.
        if (!(error instanceof PosternProblem) || error.kind !== 'refresh-token-invalid') throw error;
        // Somebody else may have signed in meanwhile.
        if (this.#store.read()?.refreshToken === tokens.refreshToken) {
          this.end();
          this.#onEnd();
        }
        return undefined;
      }
    });
  }

  /** What one person began to send is not sent as the next one who has signed in. */
  #tokenAfter(refused: string): string | undefined {
    const accessToken = this.#store.read()?.accessToken;
    return accessToken !== undefined && isSameSession(accessToken, refused) ? accessToken : undefined;
  }
}

/** One that cannot be read says nothing against it. */
function isSameSession(one: string, other: string): boolean {
  const [first, second] = [claimsOf(one).sid, claimsOf(other).sid];
  return first === undefined || second === undefined || first === second;
}

/** Whether the session was refreshed between the two. */
function isOlder(one: string, other: string): boolean {
  return Number(claimsOf(one).gen) < Number(claimsOf(other).gen);
}

/** Of an access token (a JWT, RFC 7519, 3): its session, and how often that was refreshed. */
function claimsOf(accessToken: string): { sid?: unknown; gen?: unknown } {
  try {
    const [, claims = ''] = accessToken.split('.');
    return Object(JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    return {};
  }
}

function toTokens(pair: TokenPair): Tokens {
  return {
    accessToken: pair.access_token,
    refreshToken: pair.refresh_token,
    expiresAt: Date.now() + pair.expires_in * 1_000,
  };
}
