import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, type Call, Client } from '../accounts/client.ts';
import type { WholeSystem } from './whole-system.ts';

/**
 * Embedded, two gateways share one file: whoever has waited for its lock for five seconds is answered 503 with Retry-After, which says nothing of
 * keys, and tries again. On a database server nobody is.
 */
const TRIES = process.env.TEST_DATABASE_URL ? 1 : 6;

/** An answer that a person can do nothing with. */
export class Refused extends Error {
  override name = 'Refused';
}

/** A front end behind a load balancer: each request goes to the next gateway, so that what one has made the other has to accept. */
export class FrontEnd {
  readonly #clients: Client[];
  readonly #inbox: WholeSystem['inbox'];
  #sent = 0;
  /** How many requests were answered as they should be. */
  answered = 0;

  constructor({ urls, inbox }: WholeSystem) {
    this.#clients = urls.map((url) => new Client(url));
    this.#inbox = inbox;
  }

  /** @throws Refused on any status that is not a success */
  async send(method: 'GET' | 'POST', path: string, body?: unknown, call: Call = {}): Promise<Answer['body']> {
    const client = this.#clients[this.#sent++ % this.#clients.length] as Client;
    const { status, text, body: answer } = await this.#answered(() => client.send(method, path, body, call));
    if (status >= 300) throw new Refused(`${method} ${path} was answered with ${status}: ${text}`);
    this.answered++;
    return answer;
  }

  async #answered(ask: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await ask();
      const after = Number(answer.headers.get('retry-after'));
      if (answer.status !== 503 || !(after > 0) || tries === TRIES) return answer;
      await pause(after * 1_000);
    }
  }

  /** The token of the link in a mail, once it has arrived. @throws when it does not */
  async linkIn(mail: { to: string; path: string }): Promise<string> {
    const deadline = Date.now() + 120_000;
    for (;;) {
      for (const { ID } of (await this.#inbox.search(`to:${mail.to}`)).messages) {
        const link = (await this.#inbox.message(ID)).Text.split(/\s/).find((word) => word.includes(`${mail.path}?`));
        if (link) return new URL(link).searchParams.get('token') ?? '';
      }
      if (Date.now() > deadline) throw new Refused(`no mail with a link to ${mail.path} came`);
      await pause(50);
    }
  }
}
