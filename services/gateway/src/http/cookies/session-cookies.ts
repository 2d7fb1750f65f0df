import { readCookies } from '@postern/runtime';

/** The longest cookie that browsers keep, in bytes of name and value (RFC 6265bis, 5.6): a longer one is dropped in silence. */
const MAX_COOKIE_BYTES = 4_096;

/** The tokens of a session, as its cookies carry them. */
interface CookieTokens {
  access_token: string;
  /** Of the access token, in seconds. */
  expires_in: number;
  refresh_token: string;
  session_expires_at: string;
}

export interface CookieSettings {
  /** Whether browsers reach us over HTTPS. Else, on a developer's own machine, the cookies have neither `Secure` nor prefix. */
  secure: boolean;
  /** For how long a device is known, in seconds. */
  deviceSeconds: number;
}

/** Names without their prefix. */
const ACCESS = 'postern_access';
const REFRESH = 'postern_refresh';
const DEVICE = 'postern_device';

/**
 * The cookies of a session, of one request that asked for them (docs/decisions/cookie-sessions.md). No script reads them
 * (HttpOnly), no page of another site has them sent (SameSite=Strict), no neighbouring host sets or gets them (`__Host-`).
 */
export class SessionCookies {
  readonly #header: string | undefined;
  readonly #settings: CookieSettings;
  readonly #now: Date;

  /** @param header the request's `Cookie` */
  constructor(header: string | undefined, settings: CookieSettings, now: Date) {
    this.#header = header;
    this.#settings = settings;
    this.#now = now;
  }

  get accessToken(): string | undefined {
    return this.#read(ACCESS);
  }

  get refreshToken(): string | undefined {
    return this.#read(REFRESH);
  }

  get deviceToken(): string | undefined {
    return this.#read(DEVICE);
  }

  /** Values of `Set-Cookie` for the tokens of a session. @throws RangeError when a browser would not keep one */
  set({ access_token, expires_in, refresh_token, session_expires_at }: CookieTokens): string[] {
    const sessionSeconds = Math.ceil((Date.parse(session_expires_at) - this.#now.getTime()) / 1_000);
    return [this.setAccess({ access_token, expires_in }), this.#cookie(REFRESH, refresh_token, sessionSeconds)];
  }

  /**
   * The value of `Set-Cookie` for an access token that no refresh gave. Its refresh cookie stays: should the answer come after that of a refresh, one
   * that was exchanged would be put back, and end the session.
   */
  setAccess({ access_token, expires_in }: Pick<CookieTokens, 'access_token' | 'expires_in'>): string {
    return this.#cookie(ACCESS, access_token, expires_in);
  }

  /** The value of `Set-Cookie` by which the device is known at its next sign-in. It outlives the session. */
  setDevice(deviceToken: string): string {
    return this.#cookie(DEVICE, deviceToken, this.#settings.deviceSeconds);
  }

  /** Values of `Set-Cookie` that end the session in the browser. The device stays known. */
  clear(): string[] {
    return [this.#cookie(ACCESS, '', 0), this.#cookie(REFRESH, '', 0)];
  }

  /** Which of two cookies with one name is ours cannot be known: neither counts. */
  #read(name: string): string | undefined {
    const values = readCookies(this.#header, this.#name(name));
    return values.length === 1 ? values[0] : undefined;
  }

  #cookie(name: string, value: string, seconds: number): string {
    const pair = `${this.#name(name)}=${value}`;
    if (Buffer.byteLength(pair) > MAX_COOKIE_BYTES) throw new RangeError(`the cookie ${name} is too long for browsers`);
    return `${pair}; Path=/; HttpOnly; SameSite=Strict${this.#settings.secure ? '; Secure' : ''}; Max-Age=${seconds}`;
  }

  #name(name: string): string {
    return this.#settings.secure ? `__Host-${name}` : name;
  }
}
