import { request } from 'node:http';
import { expect, vi } from 'vitest';

export interface ConsolePage {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A browser as far as the console needs one: it keeps the cookie, follows redirects, and sends forms with their token. */
export class ConsoleClient {
  readonly #port: number;
  cookie = '';
  formToken = '';

  constructor(port: number) {
    this.#port = port;
  }

  /** @param headers over those that a browser on this machine would send */
  async get(path: string, headers: Record<string, string> = {}): Promise<ConsolePage> {
    return this.#follow(await this.send('GET', path, { headers }));
  }

  async post(
    path: string,
    fields: Record<string, string | readonly string[]>,
    headers: Record<string, string> = {},
  ): Promise<ConsolePage> {
    const form = new URLSearchParams({ form_token: this.formToken });
    for (const [name, value] of Object.entries(fields)) {
      form.delete(name);
      for (const each of [value].flat()) form.append(name, each);
    }
    return this.#follow(await this.send('POST', path, { headers, form }));
  }

  async signIn(name: string, secret: string): Promise<ConsolePage> {
    return this.post('/sign-in', { name, secret });
  }

  /** Signs in as somebody who may. The first request of a busy worker may find its database too slow: it is sent once more. */
  async enter(name: string, secret: string): Promise<void> {
    const signedIn = async () => expect((await this.signIn(name, secret)).text).toContain('Sign out');
    await vi.waitFor(signedIn, { timeout: 120_000, interval: 500 });
  }

  /** One request, without following where its answer leads. @param held when its form is sent, after its headers */
  send(
    method: string,
    path: string,
    { headers = {}, form, held }: { headers?: Record<string, string>; form?: URLSearchParams; held?: Promise<void> },
  ): Promise<ConsolePage> {
    const type = form && {
      'content-type': 'application/x-www-form-urlencoded',
      origin: `http://127.0.0.1:${this.#port}`,
    };
    const sent = { ...(this.cookie && { cookie: this.cookie }), ...type, ...headers };
    const { promise, resolve, reject } = Promise.withResolvers<ConsolePage>();
    // Over a connection of its own: a server closes idle ones, and may just then.
    const to = { port: this.#port, host: '127.0.0.1', method, path, headers: sent, agent: false };
    const outgoing = request(to, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        const [set] = answer.headers['set-cookie'] ?? [];
        if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
        this.formToken = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? this.formToken;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.flushHeaders();
    void (held ?? Promise.resolve()).then(() => outgoing.end(form?.toString()));
    return promise;
  }

  async #follow(page: ConsolePage): Promise<ConsolePage> {
    const { location } = page.headers;
    return page.status === 303 && typeof location === 'string'
      ? this.#follow(await this.send('GET', location, {}))
      : page;
  }
}
