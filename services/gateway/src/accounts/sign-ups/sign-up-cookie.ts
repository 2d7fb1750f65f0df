import type { RequestContext } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';

const DAY_SECONDS = 86_400;

/**
 * Keeps the sign-up secret in the browser that signed up, for the hosted page: no script reads it, no other site's form
 * sends it, and Lax lets it come along when a link is followed from a web mailer (RFC 6265bis, 5.6.7; ASVS 5.0, 3.3).
 */
export class SignUpCookie {
  readonly #name: string;
  readonly #attributes: string;
  readonly #maxAge: number;

  constructor({ env }: AccountsConfig) {
    // Browsers take the prefix over HTTPS alone; with it, no neighbouring host can plant the cookie.
    const secure = env.PUBLIC_URL.startsWith('https:');
    this.#name = secure ? '__Host-postern_sign_up' : 'postern_sign_up';
    this.#attributes = `; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
    this.#maxAge = env.SIGN_UP_DAYS * DAY_SECONDS;
  }

  /** The value of `Set-Cookie`. */
  set(secret: string): string {
    return `${this.#name}=${secret}${this.#attributes}; Max-Age=${this.#maxAge}`;
  }

  /** The value of `Set-Cookie` that ends it. */
  clear(): string {
    return `${this.#name}=${this.#attributes}; Max-Age=0`;
  }

  read(context: Pick<RequestContext, 'cookie'>): string | undefined {
    return context.cookie(this.#name);
  }
}
