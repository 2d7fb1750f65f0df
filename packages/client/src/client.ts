import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { CookieNote } from './cookie-note.ts';
import { CookieSession } from './cookie-session.ts';
import { operations } from './generated/operations.ts';
import type { LoginRequest, paths, RefreshRequest, SignedInByCookie, SignInResult } from './generated/schema.ts';
import { PosternProblem } from './problem.ts';
import { type Retry, sendAgain } from './send-again.ts';
import type { Session } from './session.ts';
import { TokenSession } from './token-session.ts';
import { memoryTokens, type TokenStore } from './token-store.ts';

interface ClientOptions {
  /** The gateway's PUBLIC_URL. */
  baseUrl: string;
  /** Where tokens are kept; in memory by default. */
  tokens?: TokenStore;
  /**
   * Has the session in cookies instead, which the browser keeps and no script can read; here is noted that there is one. COOKIE_ORIGINS of the
   * gateway has to list the page's origin.
   */
  cookies?: CookieNote;
  /** Another `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** How often and after which waits a request is sent again; 3 times, 20 seconds by default. */
  retry?: Partial<Retry>;
  /** Called when the server has ended the session: show the sign-in. */
  onSignedOut?: () => void;
}

const DEFAULT_RETRY: Retry = { tries: 3, maxWaitSeconds: 20 };

/**
 * A client of Postern's API. `api.GET`, `api.POST` and so on are typed by the OpenAPI description and give back data: a refusal
 * is thrown as a `PosternProblem`. Requests carry the access token of whoever is signed in, which is refreshed when it is due;
 * each step of a sign-in carries the device, what creates or sends something an Idempotency-Key; Retry-After is honoured.
 */
export class PosternClient {
  /** openapi-fetch: `const { data } = await client.api.GET('/v1/auth/user')`. */
  readonly api: Client<paths>;
  readonly #session: Session;

  constructor({ baseUrl, tokens = memoryTokens(), cookies, retry, onSignedOut = () => {}, ...options }: ClientOptions) {
    const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
    const mode = cookies ? ({ credentials: 'include', headers: { 'session-mode': 'cookie' } } as const) : {};
    this.api = createFetchClient<paths>({ baseUrl, fetch: send, ...mode });
    this.#session = cookies
      ? new CookieSession(cookies, () => this.#refresh({}), onSignedOut)
      : new TokenSession(tokens, (refresh_token) => this.#refresh({ refresh_token }), onSignedOut);
    this.api.use(sending({ session: this.#session, send, retry: { ...DEFAULT_RETRY, ...retry } }));
  }

  get isSignedIn(): boolean {
    return this.#session.isSignedIn;
  }

  /** Whether the API that this client was made for has an operation: `POST /v1/auth/register`. */
  offers(operation: string): boolean {
    return Object.hasOwn(operations, operation);
  }

  /** Signs in. Where that takes a further step, `status` names it: signed in is whoever has done that. */
  async signIn(body: LoginRequest): Promise<SignInResult | SignedInByCookie> {
    return dataOf(await this.api.POST('/v1/auth/login', { body }));
  }

  /**
   * Ends the session here and on the server. Where the server cannot be reached the error is thrown: tokens are forgotten all the same, while a
   * session in cookies, which no script can remove, goes on, and is known still as what it is.
   */
  async signOut(): Promise<void> {
    const inCookies = this.#session instanceof CookieSession;
    const end = this.#session.ending();
    try {
      // Cookies may be there although nothing is noted of them any more.
      if (this.isSignedIn || inCookies) await this.api.POST('/v1/auth/logout');
    } catch (error) {
      // Whose session is over is signed out.
      if (!(error instanceof PosternProblem) || error.kind !== 'unauthenticated') {
        if (!inCookies) end();
        throw error;
      }
    }
    end();
  }

  #refresh(body: RefreshRequest) {
    return this.api.POST('/v1/auth/refresh', { body });
  }
}

function dataOf<Data>({ data }: { data?: Data }): NonNullable<Data> {
  if (data === undefined || data === null) throw new TypeError('the answer has no body');
  return data;
}

interface Sending {
  session: Session;
  send: (request: Request) => Promise<Response>;
  retry: Retry;
}

/** Sends requests as whoever is signed in, repeats them, keeps what comes of the session, and throws refusals. */
function sending({ session, send, retry }: Sending): Middleware {
  return {
    // Answered here: openapi-fetch itself sends nothing then.
    async onRequest({ request, schemaPath }) {
      const { signedIn, idempotent, device } = operations[`${request.method} ${schemaPath}`] ?? {};
      const sent = device ? await from(session.device, request) : request;
      if (idempotent && !sent.headers.has('idempotency-key')) {
        sent.headers.set('idempotency-key', globalThis.crypto.randomUUID());
      }
      const own = signedIn && !sent.headers.has('authorization');
      const repeatable = idempotent === true || sent.method === 'GET';
      const attempt = () => {
        const isOwn = own ? session.same() : () => true;
        return sendAgain(() => send(sent.clone()), { repeatable, signal: sent.signal, isOwn }, retry);
      };
      const response = await (own ? session.signed(sent, attempt) : attempt());
      if (!response.ok) throw await PosternProblem.of(response);
      await session.received(sent, response);
      return response;
    },
  };
}

/** The request with the device that it comes from, where its body does not name one. */
async function from(device: Session['device'], request: Request): Promise<Request> {
  const body = { ...device, ...((await request.clone().json()) as object) };
  return new Request(request, { body: JSON.stringify(body) });
}
