export interface Registration {
  first_name: string;
  last_name: string;
  email: string;
  password: string;
  password_confirmation: string;
}

interface Answer<Body> {
  status: number;
  body: Body;
}

/** An answer that a step of the main job did not expect. */
class UnexpectedAnswer extends Error {
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} answered ${status}: ${body.slice(0, 400)}`);
  }
}

/** The calls of the main job, as any client would make them. Each throws {@link UnexpectedAnswer} on another status. */
export class AccountApi {
  readonly #url: string;

  /** @param url of the gateway, such as `http://127.0.0.1:3000` */
  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  /** `sign_up_secret` is for the link of the mail. */
  register(person: Registration): Promise<Answer<{ sign_up_secret: string }>> {
    return this.#call('POST', '/v1/auth/register', [201, 202], person);
  }

  /** @param proof the secret that the sign-up gave, or elsewhere its password */
  verifyEmail(token: string, proof: { sign_up_secret: string } | { password: string }): Promise<Answer<unknown>> {
    return this.#call('POST', '/v1/auth/email/verify', [200, 204], { token, ...proof });
  }

  login(email: string, password: string): Promise<Answer<{ access_token: string; refresh_token: string }>> {
    return this.#call('POST', '/v1/auth/login', [200], { email, password });
  }

  user(accessToken: string): Promise<Answer<{ email: string; first_name: string; id: string }>> {
    return this.#call('GET', '/v1/auth/user', [200], undefined, accessToken);
  }

  async #call<Body>(
    method: string,
    path: string,
    expected: number[],
    body?: unknown,
    accessToken?: string,
  ): Promise<Answer<Body>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!expected.includes(response.status)) throw new UnexpectedAnswer(method, path, response.status, text);
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  }
}

/** The first link to a page of that path in a mail's text. */
export function findLink(text: string, path: string): URL {
  const link = [...text.matchAll(/https?:\/\/\S+/g)].map((it) => it[0]).find((it) => new URL(it).pathname === path);
  if (!link) throw new Error(`The mail has no link to ${path}: ${text.slice(0, 300)}`);
  return new URL(link);
}
