import { AssertionError } from 'node:assert';
import type { MailDefinition } from '../content/define-mail.ts';
import { sampleLinks } from '../content/preview/sample-links.ts';
import { type RenderedMail, renderMail } from '../content/render-mail.ts';
import type { MailQueue, QueueMailOptions } from '../delivery/mail-queue.ts';
import { MailExpectation } from './mail-expectation.ts';

/** A mail that was queued, rendered as its recipient would get it. */
export interface QueuedMail extends RenderedMail {
  mail: MailDefinition<unknown>;
  to: string;
  locale: string;
  /** As it arrives on the other side of the queue: what JSON cannot carry is gone. */
  data: unknown;
  expiresAt: Date | undefined;
}

/**
 * Stands in for the mail queue in tests. It renders what it is given, so that a mail whose data lacks something fails in
 * the test of its listener.
 *
 * @example
 * const mailer = new FakeMailer();
 * await sendWelcome.handle(happening, { mail: mailer, forget });
 * mailer.expectMail(WelcomeMail).to('ann@example.com').inLocale('de').saying('Ann');
 */
export class FakeMailer implements MailQueue {
  readonly queued: QueuedMail[] = [];

  async queue<Data extends object>(
    mail: MailDefinition<Data>,
    { to, data, locale, expiresAt }: QueueMailOptions<NoInfer<Data>>,
  ): Promise<void> {
    const arriving: Data = JSON.parse(JSON.stringify(data));
    const spoken = locale ?? ('locale' in data && typeof data.locale === 'string' ? data.locale : 'en');
    this.queued.push({
      ...renderMail(mail, { data: arriving, locale: spoken, links: sampleLinks }),
      mail,
      to,
      locale: spoken,
      data: arriving,
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    });
  }

  /** @throws AssertionError if no such mail was queued, with the list of those that were */
  expectMail<Data>(mail: MailDefinition<Data>): MailExpectation<Data> {
    return new MailExpectation(mail, this.queued);
  }

  /** @throws AssertionError if any mail was queued, or any of that definition */
  expectNoMail(mail?: MailDefinition<unknown>): void {
    const found = this.queued.filter((queued) => mail === undefined || queued.mail === mail);
    if (found.length === 0) return;
    const list = found.map((queued) => `${queued.mail.name} to ${queued.to}`).join(', ');
    throw new AssertionError({
      message: `expected no ${mail?.name ?? 'mail'}, but queued: ${list}`,
      actual: found.length,
      expected: 0,
    });
  }

  clear(): void {
    this.queued.length = 0;
  }
}
