import { requireDescribed } from '../open-api-contract.ts';

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  // What the JSON holds is for each test to say.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads fields whose absence it would notice as a failed expectation.
  body: any;
  text: string;
}

export interface Call {
  token?: string | undefined;
  headers?: Record<string, string>;
  /** The client's address, as the proxy in front of the gateway reports it. */
  from?: string;
}

/** A front end: speaks JSON to the gateway, from an address and with a browser of its own. */
export class Client {
  readonly #url: string;
  readonly #userAgent: string;
  readonly #token: string | undefined;

  constructor(
    url: string,
    userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    token?: string,
  ) {
    this.#url = url;
    this.#userAgent = userAgent;
    this.#token = token;
  }

  /** The same front end, which sends this access token with every call that names no other. */
  signedInWith(token: string): Client {
    return new Client(this.#url, this.#userAgent, token);
  }

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.send('GET', path, undefined, call);
  }

  post(path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    return this.send('POST', path, body, call);
  }

  async send(
    method: string,
    path: string,
    body: unknown,
    { token = this.#token, headers, from = '198.51.100.7' }: Call = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'user-agent': this.#userAgent,
        'x-forwarded-for': from,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    const answer = {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : undefined,
      text,
    };
    await requireDescribed(this.#url, method, path, { ...answer, json: answer.body });
    return answer;
  }
}
