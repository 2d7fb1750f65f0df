import type { CookieNote, Noted } from './cookie-note.ts';
import type { SignedInByCookie } from './generated/schema.ts';
import { withLock } from './lock.ts';
import { PosternProblem } from './problem.ts';
import { jsonOf, type Session } from './session.ts';

/** Trades the refresh cookie for new cookies; throws a PosternProblem where it is not good any more. */
type RenewCookies = () => Promise<unknown>;

/**
 * A session in cookies that no script can read (`Session-Mode: cookie`). What is noted here only says whether somebody is signed
 * in, and lets a tab see that another has renewed the cookies already; the server's REFRESH_GRACE_SECONDS forgives the rest.
 */
export class CookieSession implements Session {
  readonly #note: CookieNote;
  readonly #renewCookies: RenewCookies;
  readonly #onEnd: () => void;

  /** @param onEnd called when the server has ended the session */
  constructor(note: CookieNote, renewCookies: RenewCookies, onEnd: () => void) {
    this.#note = note;
    this.#renewCookies = renewCookies;
    this.#onEnd = onEnd;
  }

  get isSignedIn(): boolean {
    return this.#note.read() !== undefined;
  }

  /** Its token has a cookie of its own. */
  get device(): { device_token?: string } {
    return {};
  }

  async signed(_request: Request, attempt: () => Promise<Response>): Promise<Response> {
    const before = this.#note.read();
    const response = await attempt();
    if (response.status !== 401 || !(await this.#renew(before))) return response;
    return attempt();
  }

  /** Cookies are those of whoever has signed in last, in whichever tab. */
  same(): () => boolean {
    const name = this.#note.read()?.session;
    return () => this.#note.read()?.session === name;
  }

  async received({ method }: Request, response: Response): Promise<void> {
    if (method !== 'POST' || response.status !== 201) return;
    const { status, session_expires_at } = (await jsonOf<SignedInByCookie>(response)) ?? {};
    if (status !== 'signed_in' || session_expires_at === undefined) return;
    this.#note.write({ session: name(), renewal: name(), expiresAt: Date.parse(session_expires_at) });
  }

  ending(): () => void {
    const isSame = this.same();
    return () => {
      if (isSame()) this.end();
    };
  }

  end(): void {
    this.#note.write(undefined);
  }

  /** Whether the request that was refused may be sent again: as the same person, with other cookies. */
  #renew(before: Noted | undefined): Promise<boolean> {
    return withLock(this.#note.name, async () => {
      const noted = this.#note.read();
      // What one person began to send is not sent as the next one who has signed in.
      if (noted?.session !== before?.session) return false;
      if (noted && noted.renewal !== before?.renewal) return true;
      try {
        await this.#renewCookies();
        // In another tab somebody else may have signed in meanwhile, whose cookies these are.
        if (this.#note.read()?.session !== noted?.session) return false;
        if (noted) this.#note.write({ ...noted, renewal: name() });
        return true;
      } catch (error) {
        // Whoever cannot reach the server is signed in still.
        if (!(error instanceof PosternProblem) || error.kind !== 'refresh-token-invalid') throw error;
        if (noted && this.#note.read()?.session === noted.session) {
          this.end();
          this.#onEnd();
        }
        return false;
      }
    });
  }
}

function name(): string {
  return globalThis.crypto.randomUUID();
}
