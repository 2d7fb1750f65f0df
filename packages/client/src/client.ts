import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import { operations } from './generated/operations.ts';
import type { LoginRequest, paths, SignedIn, SignInResult, TokenPair } from './generated/schema.ts';
import { PosternProblem } from './problem.ts';
import { type Patience, sendAgain } from './send-again.ts';
import { Session } from './session.ts';
import { memoryTokens, type TokenStore } from './token-store.ts';

export interface ClientOptions {
  /** The gateway's PUBLIC_URL. */
  baseUrl: string;
  /** Where tokens are kept; in memory by default. */
  tokens?: TokenStore;
  /** Another `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** How often and after which waits a request is sent again; 3 times, 20 seconds by default. */
  patience?: Partial<Patience>;
  /** Called when the server has ended the session: show the sign-in. */
  onSignedOut?: () => void;
}

const PATIENCE: Patience = { tries: 3, maxWaitSeconds: 20 };

/**
 * A client of Postern's API. `api.GET`, `api.POST` and so on are typed by the OpenAPI description and give back data: a refusal
 * is thrown as a `PosternProblem`. Requests carry the access token of whoever is signed in, which is refreshed when it is due;
 * what creates or sends something carries an Idempotency-Key; Retry-After is heeded.
 */
export class PosternClient {
  /** openapi-fetch: `const { data } = await client.api.GET('/v1/auth/user')`. */
  readonly api: Client<paths>;
  readonly #session: Session;

  constructor({ baseUrl, tokens = memoryTokens(), patience, onSignedOut = () => {}, ...options }: ClientOptions) {
    const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
    this.api = createFetchClient<paths>({ baseUrl, fetch: send });
    this.#session = new Session(tokens, (refreshToken) => this.#refresh(refreshToken), onSignedOut);
    this.api.use(sending({ session: this.#session, send, patience: { ...PATIENCE, ...patience } }));
  }

  get isSignedIn(): boolean {
    return this.#session.isSignedIn;
  }

  /** Signs in. With a second factor the result is `second_factor_required`: answer it with `answerChallenge`. */
  async signIn(body: LoginRequest): Promise<SignInResult> {
    return dataOf(await this.api.POST('/v1/auth/login', { body: { ...this.#device(), ...body } }));
  }

  /** The second step of a sign-in. @param code of the app, or a recovery code */
  async answerChallenge(challengeToken: string, code: string): Promise<SignedIn> {
    const body = { ...this.#device(), challenge_token: challengeToken, code };
    return dataOf(await this.api.POST('/v1/auth/login/second-factor', { body }));
  }

  /** Ends the session here and on the server. Where the server cannot be reached it is ended here alone, and the error is thrown. */
  async signOut(): Promise<void> {
    try {
      if (this.isSignedIn) await this.api.POST('/v1/auth/logout');
    } finally {
      this.#session.end();
    }
  }

  #device(): { device_token?: string } {
    const { deviceToken } = this.#session;
    return deviceToken === undefined ? {} : { device_token: deviceToken };
  }

  async #refresh(refreshToken: string) {
    return dataOf(await this.api.POST('/v1/auth/refresh', { body: { refresh_token: refreshToken } }));
  }
}

function dataOf<Data>({ data }: { data?: Data }): NonNullable<Data> {
  if (data === undefined || data === null) throw new TypeError('the answer has no body');
  return data;
}

interface Sending {
  session: Session;
  send: (request: Request) => Promise<Response>;
  patience: Patience;
}

/** Signs requests, repeats them, renews a token that was refused, keeps what comes, and throws refusals. */
function sending({ session, send, patience }: Sending): Middleware {
  const signed = async (request: Request, attempt: () => Promise<Response>): Promise<Response> => {
    const token = await session.accessToken();
    if (token === undefined) return attempt();
    request.headers.set('authorization', `Bearer ${token}`);
    const response = await attempt();
    if (response.status !== 401) return response;
    const next = await session.renew(token);
    if (next === undefined) return response;
    request.headers.set('authorization', `Bearer ${next}`);
    return attempt();
  };
  return {
    // Answered here: openapi-fetch itself sends nothing then.
    async onRequest({ request, schemaPath }) {
      const { signedIn = false, idempotent = false } = operations[`${request.method} ${schemaPath}`] ?? {};
      if (idempotent && !request.headers.has('idempotency-key')) {
        request.headers.set('idempotency-key', globalThis.crypto.randomUUID());
      }
      const rule = { repeatable: idempotent || request.method === 'GET', signal: request.signal };
      const attempt = () => sendAgain(() => send(request.clone()), rule, patience);
      const own = signedIn && !request.headers.has('authorization');
      const response = await (own ? signed(request, attempt) : attempt());
      if (!response.ok) throw await PosternProblem.of(response);
      const pair = await pairOf(request, response);
      if (pair && 'device_token' in pair) session.begin(pair);
      else if (pair) session.renewed(pair);
      return response;
    },
  };
}

/** Signing in, refreshing and confirming a password bring new tokens, which replace those from before. */
async function pairOf({ method }: Request, response: Response): Promise<TokenPair | SignedIn | undefined> {
  if (method !== 'POST' || !response.headers.get('content-type')?.includes('application/json')) return undefined;
  const body = (await response.clone().json()) as Partial<TokenPair | SignedIn>;
  return body.refresh_token === undefined ? undefined : (body as TokenPair | SignedIn);
}
