import { boundedText, fetchFailure } from '@postern/runtime';
import { z } from 'zod';
import type { OauthSettings } from './oauth-settings.ts';

/** An answer is some kilobytes; what is longer is not an answer. */
const MAX_BYTES = 64 * 1024;
const LIMIT_MS = 10_000;
/** A token is renewed so long before its end, or after half of its life where that is shorter: hosts' clocks differ. */
const MARGIN_SECONDS = 60;
/** Where the answer does not say how long a token counts (RFC 6749, 5.1). */
const USUAL_SECONDS = 300;

const granted = z.object({
  access_token: z.string().min(1).max(MAX_BYTES),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});
const refused = z.object({ error: z.string(), error_description: z.string().optional() });

/** No access token was to be had. The message has the endpoint's words, and neither a token nor the secret. */
export class NoAccessTokenError extends Error {
  override name = 'NoAccessTokenError';
  /** The endpoint refuses us: the same request will be refused again. False while it cannot be reached. */
  readonly refused: boolean;

  constructor(message: string, options: { refused: boolean; cause?: unknown }) {
    super(`SMTP_OAUTH_TOKEN_URL: ${message}`, { cause: options.cause });
    this.refused = options.refused;
  }
}

/** Access tokens of one application: asked for when the first is needed, kept until shortly before their end. */
export class AccessTokens {
  readonly #settings: OauthSettings;
  readonly #now: () => number;
  #refreshToken: string | undefined;
  #known: { token: string; until: number } | undefined;
  #asking: Promise<string> | undefined;

  /** @param now milliseconds of a clock that nobody sets */
  constructor(settings: OauthSettings, now: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#now = now;
    this.#refreshToken = settings.refreshToken;
  }

  /**
   * Whoever asks at the same time waits for one answer.
   *
   * @throws NoAccessTokenError
   */
  async get(): Promise<string> {
    if (this.#known && this.#now() < this.#known.until) return this.#known.token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Has the next one asked for again: the server refused this one before its time. A token that came meanwhile stays. */
  forget(token: string): void {
    if (this.#known?.token === token) this.#known = undefined;
  }

  async #ask(): Promise<string> {
    const { status, text } = await this.#post();
    if (status < 200 || status > 299) throw this.#refusal(status, text);
    const answer = granted.safeParse(fromJson(text));
    if (!answer.success) {
      throw new NoAccessTokenError(`it answered ${status} without an access_token`, { refused: true });
    }
    const { access_token: token, expires_in: seconds = USUAL_SECONDS, refresh_token } = answer.data;
    // Microsoft hands out a new one with each token; the old one goes on counting for a while (RFC 6749, 6).
    this.#refreshToken = this.#refreshToken && (refresh_token ?? this.#refreshToken);
    this.#known = { token, until: this.#now() + Math.max(seconds - MARGIN_SECONDS, seconds / 2) * 1_000 };
    return token;
  }

  async #post(): Promise<{ status: number; text: string }> {
    const { tokenUrl, clientId, clientSecret, scope } = this.#settings;
    const body = new URLSearchParams({
      grant_type: this.#refreshToken === undefined ? 'client_credentials' : 'refresh_token',
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
      ...(this.#refreshToken !== undefined && { refresh_token: this.#refreshToken }),
      ...(scope !== undefined && { scope }),
    });
    try {
      const response = await fetch(tokenUrl, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body,
        // What is sent is a secret: it goes to the address that was configured, and to no other.
        redirect: 'error',
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      return { status: response.status, text: await boundedText(response, MAX_BYTES) };
    } catch (error) {
      throw new NoAccessTokenError(`it cannot be asked: ${fetchFailure(error)}`, { refused: false, cause: error });
    }
  }

  /** In the endpoint's words, which the ledger and the log keep: without what it may repeat of what it was sent. */
  #refusal(status: number, text: string): NoAccessTokenError {
    const { data } = refused.safeParse(fromJson(text));
    const secrets = [this.#settings.clientSecret, this.#settings.refreshToken, this.#refreshToken];
    const words = secrets
      .filter((secret) => secret !== undefined)
      .reduce(
        (said, secret) => said.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***'),
        [data?.error, data?.error_description].filter(Boolean).join(': '),
      )
      .slice(0, 300);
    return new NoAccessTokenError(`it refuses (${status}${words === '' ? '' : ` ${words}`})`, {
      refused: status < 500 && status !== 429 && status !== 408,
    });
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
