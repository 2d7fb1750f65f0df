/** What a page knows of its session in cookies, which it cannot see. No secret. */
export interface Noted {
  /** A name for this sign-in, made up here. */
  session: string;
  /** Another one after each renewal. */
  renewal: string;
  /** When the session ends however it is used, in milliseconds since 1970. */
  expiresAt: number;
}

/** Where it is noted that somebody is signed in. All tabs that share one know of each other's renewals. */
export interface CookieNote {
  /** Names the lock under which the session is renewed. */
  readonly name: string;
  read(): Noted | undefined;
  /** `undefined` forgets it. */
  write(noted: Noted | undefined): void;
}

/** Keeps the note in `localStorage`, for all tabs of the origin. */
export function webNote(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  name = 'postern-signed-in',
): CookieNote {
  return {
    name,
    read: () => parse(storage.getItem(name)),
    write: (noted) => {
      if (noted) storage.setItem(name, JSON.stringify(noted));
      else storage.removeItem(name);
    },
  };
}

function parse(text: string | null): Noted | undefined {
  try {
    const { session, renewal, expiresAt }: Partial<Noted> = JSON.parse(text ?? 'null') ?? {};
    if (typeof session !== 'string' || typeof renewal !== 'string' || typeof expiresAt !== 'number') return undefined;
    return expiresAt > Date.now() ? { session, renewal, expiresAt } : undefined;
  } catch {
    return undefined;
  }
}
