import { type Answer, type Call, Client } from './client.ts';

export const APP = 'http://localhost:5173';

/** What a browser keeps of cookies of one host. */
export class CookieJar {
  readonly cookies = new Map<string, string>();

  /** The `Cookie` header. */
  get header(): string | undefined {
    if (this.cookies.size === 0) return undefined;
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  take(headers: Headers): void {
    for (const text of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (text.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** A page of a listed origin, as a browser sends for it: with a jar of cookies, its origin, and the mode that it asks for. */
export class BrowserPage {
  readonly #jar = new CookieJar();
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(url);
  }

  get cookies(): Map<string, string> {
    return this.#jar.cookies;
  }

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.send('GET', path, undefined, call);
  }

  post(path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    return this.send('POST', path, body, call);
  }

  async send(method: string, path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    const cookie = this.#jar.header;
    const own = { 'session-mode': 'cookie', origin: APP, ...(cookie === undefined ? {} : { cookie }) };
    const answer = await this.#client.send(method, path, body, { ...call, headers: { ...own, ...call.headers } });
    this.#jar.take(answer.headers);
    return answer;
  }

  /** Of the same browser: the cookies that it has now. */
  copy(): Map<string, string> {
    return new Map(this.cookies);
  }
}
