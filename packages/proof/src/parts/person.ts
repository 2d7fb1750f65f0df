/** The password of everybody in an experiment: nobody's account is at stake. */
export const PASSWORD = 'a long and unusual one';

/** Longer than a machine stands still and goes on. */
const ANSWER_MS = 120_000;

export interface Answered {
  status: number;
  /** The last part of the problem's type; empty when it is none. */
  problem: string;
  /** Whether it says when to come again. */
  retryAfter: boolean;
  body: Record<string, unknown>;
}

/** What somebody does who comes back to a gateway. */
export class Person {
  readonly #url: string;
  readonly address: string;

  /** @param url of a gateway, such as `http://127.0.0.1:3000` */
  constructor(url: string, address: string) {
    this.#url = url;
    this.address = address;
  }

  signUp(): Promise<Answered> {
    return this.post('/v1/auth/register', {
      first_name: 'Ada',
      last_name: 'Lovelace',
      email: this.address,
      password: PASSWORD,
      password_confirmation: PASSWORD,
    });
  }

  /** @param token of the link in the mail */
  confirm(token: string): Promise<Answered> {
    return this.post('/v1/auth/email/verify', { token, password: PASSWORD });
  }

  signIn(password = PASSWORD): Promise<Answered> {
    return this.post('/v1/auth/login', { email: this.address, password });
  }

  refresh(refreshToken: unknown): Promise<Answered> {
    return this.post('/v1/auth/refresh', { refresh_token: refreshToken });
  }

  post(path: string, body: unknown, accessToken?: string): Promise<Answered> {
    return this.ask('POST', path, body, accessToken);
  }

  /** @param accessToken of a session, where the request is its */
  async ask(method: string, path: string, body?: unknown, accessToken?: string): Promise<Answered> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    const read = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return {
      status: answer.status,
      problem:
        String(read.type ?? '')
          .split('/')
          .at(-1) ?? '',
      retryAfter: answer.headers.has('retry-after'),
      body: read,
    };
  }
}
