/** What a client keeps between requests. */
export interface Tokens {
  accessToken: string;
  /** When the access token ends, by this machine's clock, in milliseconds since 1970. */
  expiresAt: number;
  refreshToken: string;
}

/** Where tokens are kept. All tabs of a page, or all parts of a process, that share one share the session. */
export interface TokenStore {
  /** Names the lock under which tokens are refreshed: the same for all that share the store. */
  readonly name: string;
  read(): Tokens | undefined;
  /** `undefined` forgets them. */
  write(tokens: Tokens | undefined): void;
}

let stores = 0;

/** Keeps tokens as long as the client lives. */
export function memoryTokens(): TokenStore {
  let kept: Tokens | undefined;
  stores += 1;
  return {
    name: `memory-${stores}`,
    read: () => kept,
    write: (tokens) => {
      kept = tokens;
    },
  };
}

/**
 * Keeps tokens in `localStorage` or `sessionStorage`: all tabs of the origin are signed in together. Whatever script runs in the
 * page can read them there.
 */
export function webTokens(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  name = 'postern-tokens',
): TokenStore {
  return {
    name,
    read: () => {
      const kept: unknown = JSON.parse(storage.getItem(name) || 'null');
      return (kept as Tokens | null) ?? undefined;
    },
    write: (tokens) => {
      if (tokens) storage.setItem(name, JSON.stringify(tokens));
      else storage.removeItem(name);
    },
  };
}
