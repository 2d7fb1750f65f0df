import type { MailDefinition } from './define-mail.ts';

/** All mails by name. The ledger and the queue know a mail by its name alone, so two of one name never start. */
export class MailCatalog implements Iterable<MailDefinition<unknown>> {
  readonly #mails = new Map<string, MailDefinition<unknown>>();

  /** @throws Error if two mails have the same name */
  constructor(mails: readonly MailDefinition<unknown>[]) {
    for (const mail of mails) {
      if (this.#mails.has(mail.name)) {
        throw new Error(`Two mails are named "${mail.name}": give one of them another name in src/mail/content/mails`);
      }
      this.#mails.set(mail.name, mail);
    }
  }

  find(name: string): MailDefinition<unknown> | undefined {
    return this.#mails.get(name);
  }

  names(): string[] {
    return [...this.#mails.keys()];
  }

  [Symbol.iterator](): Iterator<MailDefinition<unknown>> {
    return this.#mails.values();
  }
}
