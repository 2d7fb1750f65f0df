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
  /** What the last sign-in called this device. It outlives the session: with it the next sign-in waits for no stranger. */
  readDevice?(): string | undefined;
  writeDevice?(deviceToken: string): void;
}

let stores = 0;

/** Keeps tokens as long as the client lives. */
export function memoryTokens(): TokenStore {
  let kept: Tokens | undefined;
  let device: string | undefined;
  stores += 1;
  return {
    name: `memory-${stores}`,
    read: () => kept,
    write: (tokens) => {
      kept = tokens;
    },
    readDevice: () => device,
    writeDevice: (deviceToken) => {
      device = deviceToken;
    },
  };
}

/**
 * Keeps tokens in `localStorage`: all tabs of the origin are signed in together. Not in `sessionStorage`: a tab that is duplicated has a copy of it, and whose
 * copy refreshes second ends the session of both. Whatever script runs in the
 * page can read them there.
 */
export function webTokens(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  name = 'postern-tokens',
): TokenStore {
  return {
    name,
    read: () => parse(storage.getItem(name)),
    write: (tokens) => {
      if (tokens) storage.setItem(name, JSON.stringify(tokens));
      else storage.removeItem(name);
    },
    readDevice: () => storage.getItem(`${name}-device`) ?? undefined,
    writeDevice: (deviceToken) => storage.setItem(`${name}-device`, deviceToken),
  };
}

/** What is damaged is nobody's session: whoever had it signs in again. */
function parse(text: string | null): Tokens | undefined {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Tokens> | null;
    return typeof kept?.refreshToken === 'string' ? (kept as Tokens) : undefined;
  } catch {
    return undefined;
  }
}
