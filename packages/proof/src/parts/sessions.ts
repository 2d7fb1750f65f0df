import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { System } from '../system.ts';
import { Person } from './person.ts';

/** So often that somebody's answer is under way whenever something breaks. */
const EVERY_MS = 20;

/** People who have signed in, and go on refreshing their sessions whatever happens: who gets no answer asks again with what they had. */
export class Sessions {
  readonly #system: System;
  readonly #addresses: readonly string[];
  readonly #lines: Promise<void>[];
  #ended = false;
  /** Refreshes that gave new tokens. */
  refreshed = 0;
  /** Answers other than 200 and a 503, in words, one a person: somebody who has done nothing wrong is signed out. */
  readonly refusals: string[] = [];

  private constructor(system: System, sessions: readonly { address: string; token: unknown }[]) {
    this.#system = system;
    this.#addresses = sessions.map(({ address }) => address);
    this.#lines = sessions.map(({ address, token }) => this.#refreshAgainAndAgain(address, token));
  }

  /** So many of those who have a mail by then follow its link, sign in, and are not part of the audit any more. */
  static async open(system: System, count: number): Promise<Sessions> {
    await until(() => system.smtp.received.length >= count, 120_000, `${count} mails`);
    const gateway = system.gateways[0]?.url ?? '';
    const opened = system.smtp.received.slice(0, count).map(async ({ to, token = '' }) => {
      const person = new Person(gateway, to);
      await person.confirm(token);
      const { status, problem, body } = await person.signIn();
      if (status !== 200) throw new Error(`a sign-in was answered with ${status} ${problem}`);
      return { address: to, token: body.refresh_token };
    });
    return new Sessions(system, await Promise.all(opened));
  }

  /** Resolves when nobody waits for an answer any more. */
  async stop(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#lines);
    this.#system.smtp.forget(new Set(this.#addresses));
    for (const address of this.#addresses) this.#system.promises.record(address, 'unknown');
  }

  async #refreshAgainAndAgain(address: string, first: unknown): Promise<void> {
    for (let [token, n] = [first, 0]; !this.#ended; n++) {
      await pause(EVERY_MS);
      const { gateways } = this.#system;
      const person = new Person(gateways[n % gateways.length]?.url ?? '', address);
      // No answer, or one that nobody can read: what became of it shows the next.
      const answer = await person.refresh(token).catch(() => undefined);
      if (answer?.status === 200) [token, this.refreshed] = [answer.body.refresh_token, this.refreshed + 1];
      else if (answer && !(answer.status === 503 && answer.retryAfter)) {
        this.refusals.push(`${answer.status} ${answer.problem}`);
        return;
      }
    }
  }
}
