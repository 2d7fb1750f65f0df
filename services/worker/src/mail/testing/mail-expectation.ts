import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { MailDefinition } from '../content/define-mail.ts';
import type { QueuedMail } from './fake-mailer.ts';

/** What a test expects of the mails of one definition; each step narrows them down, and fails when none is left. */
export class MailExpectation<Data> {
  readonly #all: readonly QueuedMail[];
  readonly #description: string;
  #matching: QueuedMail[];

  constructor(mail: MailDefinition<Data>, queued: readonly QueuedMail[]) {
    this.#all = queued;
    this.#description = mail.name;
    this.#matching = queued.filter((candidate) => candidate.mail.name === mail.name);
    this.#check('to be queued');
  }

  to(address: string): this {
    return this.#narrow(`to ${address}`, (mail) => mail.to === address);
  }

  /** The locale it was queued with, such as `de-AT`. */
  inLocale(locale: string): this {
    return this.#narrow(`in the locale ${locale}`, (mail) => mail.locale === locale);
  }

  withSubject(subject: string | RegExp): this {
    return this.#narrow(`with the subject ${subject}`, (mail) =>
      typeof subject === 'string' ? mail.subject === subject : subject.test(mail.subject),
    );
  }

  /** Words of its text part, which says what its HTML says. */
  saying(words: string | RegExp): this {
    return this.#narrow(`saying ${words}`, ({ text }) =>
      typeof words === 'string' ? text.includes(words) : words.test(text),
    );
  }

  /** Compares the properties that are given, deeply; others may be there. */
  withData(data: Partial<Data>): this {
    return this.#narrow(`with the data ${JSON.stringify(data)}`, (mail) =>
      Object.entries(data).every(([key, value]) =>
        isDeepStrictEqual((mail.data as Record<string, unknown>)[key], value),
      ),
    );
  }

  expiringAt(time: Date | string): this {
    const wanted = new Date(time).getTime();
    return this.#narrow(
      `expiring at ${new Date(wanted).toISOString()}`,
      (mail) => mail.expiresAt?.getTime() === wanted,
    );
  }

  once(): this {
    return this.times(1);
  }

  times(count: number): this {
    if (this.#matching.length !== count) this.#fail(`${count} time(s), not ${this.#matching.length}`);
    return this;
  }

  /** The first that matched, to look at with other means. */
  get mail(): QueuedMail {
    const [first] = this.#matching;
    return first ?? this.#fail('to be queued');
  }

  #narrow(what: string, matches: (mail: QueuedMail) => boolean): this {
    this.#matching = this.#matching.filter(matches);
    return this.#check(what);
  }

  #check(what: string): this {
    if (this.#matching.length === 0) this.#fail(what);
    return this;
  }

  #fail(what: string): never {
    const list = this.#all.map(
      ({ mail, to, locale, subject, data }) =>
        `- ${mail.name} to ${to} (${locale}): "${subject}" ${JSON.stringify(data)}`,
    );
    const queued = list.length === 0 ? 'Nothing was queued.' : `Queued:\n${list.join('\n')}`;
    throw new AssertionError({ message: `expected ${this.#description} ${what}. ${queued}` });
  }
}
