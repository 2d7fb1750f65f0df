import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@postern/runtime';
import { CookieSessionRefused, MalformedRequest } from '../problems.ts';
import { type CookieSettings, SessionCookies } from './session-cookies.ts';

/** By which a front end says that its session is in cookies. No form and no link can send it, and across origins it takes a preflight. */
const SESSION_MODE = 'session-mode';

interface CookieModeOptions extends CookieSettings {
  /** Whose pages may have sessions in cookies; without any there are none. Compared as they are. */
  origins: readonly string[];
}

/**
 * Which requests have their session in cookies, and may: those that say so in `Session-Mode` and come from a listed origin.
 * Without the header cookies count for nothing, whoever sends them, so that there is nothing to forge; the origin is asked all the same
 * (docs/decisions/cookie-sessions.md; ASVS 5.0, 3.5.1; Fetch Metadata, 2.4).
 */
export class CookieMode {
  readonly #origins: ReadonlySet<string>;
  readonly #settings: CookieSettings;
  readonly #clock: Clock;

  constructor({ origins, ...settings }: CookieModeOptions, clock: Clock) {
    this.#origins = new Set(origins);
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * The cookies of a request that asks for cookies; undefined for any other.
   *
   * @throws ProblemError 400 for another mode and beside an access token, 403 from an origin that may not
   */
  of(method: string, headers: IncomingHttpHeaders): SessionCookies | undefined {
    const mode = headers[SESSION_MODE];
    if (mode === undefined) return undefined;
    if (mode !== 'cookie') {
      throw MalformedRequest.error({ detail: 'The Session-Mode header is neither cookie nor left out.' });
    }
    if (headers.authorization !== undefined) {
      throw MalformedRequest.error({ detail: 'Send either Session-Mode: cookie or an Authorization header.' });
    }
    const detail = this.#fault(method, headers);
    if (detail !== undefined) throw CookieSessionRefused.error({ detail });
    return new SessionCookies(headers.cookie, this.#settings, this.#clock.now());
  }

  /** What is wrong with where it comes from. */
  #fault(method: string, headers: IncomingHttpHeaders): string | undefined {
    if (this.#origins.size === 0) return 'There are no cookie sessions here (COOKIE_ORIGINS).';
    const { origin, 'sec-fetch-site': site } = headers;
    if (site === 'cross-site') {
      return 'The page is of another site than this API, and browsers keep no cookies there: serve both under one domain.';
    }
    if (origin !== undefined) {
      return this.#origins.has(origin) ? undefined : 'The Origin is not one that COOKIE_ORIGINS lists.';
    }
    // A page that reads from its own origin is the one case in which browsers send no Origin.
    const reads = method === 'GET' || method === 'HEAD';
    if (!reads) return 'The Origin header is missing.';
    return site === undefined || site === 'same-origin' ? undefined : 'The Origin header is missing.';
  }
}
