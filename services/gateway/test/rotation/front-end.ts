import { type Answer, type Call, Client } from '../accounts/client.ts';
import type { WholeSystem } from './whole-system.ts';

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
    const { status, text, body: answer } = await client.send(method, path, body, call);
    if (status >= 300) throw new Refused(`${method} ${path} was answered with ${status}: ${text}`);
    this.answered++;
    return answer;
  }

  /** The token of the link in a mail, once it has arrived. @throws when it does not */
  async linkIn(mail: { to: string; path: string }): Promise<string> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      for (const { ID } of (await this.#inbox.search(`to:${mail.to}`)).messages) {
        const link = (await this.#inbox.message(ID)).Text.split(/\s/).find((word) => word.includes(`${mail.path}?`));
        if (link) return new URL(link).searchParams.get('token') ?? '';
      }
      if (Date.now() > deadline) throw new Refused(`no mail with a link to ${mail.path} came`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
