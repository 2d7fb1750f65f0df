import type { Answer, Call } from './client.ts';
import { Client } from './client.ts';

export const APP = 'http://localhost:5173';

/** A page of a listed origin, as a browser sends for it: with a jar of cookies, its origin, and the mode that it asks for. */
export class BrowserPage {
  readonly cookies = new Map<string, string>();
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(url);
  }

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.send('GET', path, undefined, call);
  }

  post(path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    return this.send('POST', path, body, call);
  }

  async send(method: string, path: string, body?: unknown, call: Call = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const own = { 'session-mode': 'cookie', origin: APP, ...(cookie ? { cookie } : {}) };
    const answer = await this.#client.send(method, path, body, { ...call, headers: { ...own, ...call.headers } });
    for (const text of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (text.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Of the same browser: the cookies that it has now. */
  copy(): Map<string, string> {
    return new Map(this.cookies);
  }
}
