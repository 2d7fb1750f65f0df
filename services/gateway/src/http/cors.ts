const EXPOSED =
  'x-request-id, ratelimit, ratelimit-policy, retry-after, idempotency-replayed, location, www-authenticate';
const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, session-mode, x-request-id, traceparent';
const PREFLIGHT_SECONDS = '7200';

/**
 * Cross-origin rules of the Fetch standard for an allow-list of origins, compared as they are: no pattern, no
 * reflection of whatever asks. Cookies come along (credentials mode) for the origins alone whose sessions are in cookies.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>;
  readonly #withCookies: ReadonlySet<string>;

  /** @param withCookies may be called with cookies too; they need not be among the others */
  constructor(origins: readonly string[], withCookies: readonly string[]) {
    this.#origins = new Set([...origins, ...withCookies]);
    this.#withCookies = new Set(withCookies);
  }

  /** Whether any origin is allowed; if not, no header is ever added. */
  get enabled(): boolean {
    return this.#origins.size > 0;
  }

  /** Headers for the answer to a request from `origin`. `vary` tells caches that the answer depends on it. */
  headers(origin: string | undefined): Record<string, string> {
    if (!this.enabled) return {};
    if (origin === undefined || !this.#origins.has(origin)) return { vary: 'origin' };
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
      ...(this.#withCookies.has(origin) ? { 'access-control-allow-credentials': 'true' } : {}),
    };
  }

  preflight(origin: string | undefined, methods: string): Record<string, string> {
    const headers = this.headers(origin);
    if (headers['access-control-allow-origin'] === undefined) return headers;
    return {
      ...headers,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': PREFLIGHT_SECONDS,
    };
  }
}
