import type { Clock } from '@postern/runtime';
import type { MailDefinition } from '../content/define-mail.ts';
import type { Brand } from '../content/layout/brand.ts';
import type { LinksFor } from '../content/links.ts';
import type { MailCatalog } from '../content/mail-catalog.ts';
import { renderMail } from '../content/render-mail.ts';
import { messageIdOf } from './ledger/mail-identity.ts';
import type { MailPayload } from './ledger/mail-payload.ts';
import { domainOf } from './ledger/recipient.ts';
import type { ComposedMail } from './transports/mail-transport.ts';

interface ComposerSettings {
  /** The product that the mails speak of, and where its people can be asked. Default: Postern. */
  brand?: Brand;
  /** Display name and address mails come from. */
  from: { name: string; address: string };
  replyTo: string | undefined;
  /** Where bounces go, if not to `from` (the SMTP envelope's sender). */
  returnPath: string | undefined;
}

interface MailToCompose {
  id: Buffer;
  mail: string;
  recipientHash: Buffer;
  payload: MailPayload;
}

/** The mail is in no release's catalog that this process knows. */
export class UnknownMailError extends Error {
  override name = 'UnknownMailError';

  constructor(mail: string) {
    super(`no mail "${mail}" in this release`);
  }
}

/** Renders a mail and puts its headers on. Links get their secrets here, right before sending, and nowhere before. */
export class MailComposer {
  readonly #catalog: MailCatalog;
  readonly #linksFor: LinksFor;
  readonly #settings: ComposerSettings;
  readonly #clock: Clock;
  readonly #domain: string;

  constructor(catalog: MailCatalog, linksFor: LinksFor, settings: ComposerSettings, clock: Clock) {
    this.#catalog = catalog;
    this.#linksFor = linksFor;
    this.#settings = settings;
    this.#clock = clock;
    this.#domain = domainOf(settings.from.address);
  }

  find(mail: string): MailDefinition<unknown> | undefined {
    return this.#catalog.find(mail);
  }

  /**
   * @throws UnknownMailError when no mail has the name
   * @throws MailRenderError when the mail cannot be made from its data
   */
  compose({ id, mail, recipientHash, payload }: MailToCompose): ComposedMail {
    const definition = this.#catalog.find(mail);
    if (!definition) throw new UnknownMailError(mail);
    const links = this.#linksFor({ address: payload.to, hash: recipientHash });
    const { subject, html, text } = renderMail(definition, {
      data: payload.data,
      locale: payload.locale,
      links,
      ...(this.#settings.brand === undefined ? {} : { brand: this.#settings.brand }),
    });
    const { from, replyTo, returnPath } = this.#settings;
    return {
      // As objects, so that nodemailer parses no list of addresses out of one.
      from,
      to: { name: '', address: payload.to },
      ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
      envelope: { from: returnPath ?? from.address, to: payload.to },
      subject,
      html,
      text,
      // What nodemailer would choose for texts that are mostly ASCII, without counting the characters of each.
      textEncoding: 'quoted-printable',
      // The same in every try of the mail, so that whoever gets a second copy can see it is one (RFC 5322, 3.6.4).
      messageId: messageIdOf(id, this.#domain),
      date: this.#clock.now(),
      headers: {
        // Keeps vacation responders quiet (RFC 3834, 5).
        'Auto-Submitted': 'auto-generated',
        // Gmail's feedback loop groups complaints by it: mail, recipient's kind, domain, and last an id of the sender of 5 to 15 characters.
        'Feedback-ID': `${mail}:${definition.options.transactional ? 'transactional' : 'notice'}:${this.#domain}:postern`,
        ...(definition.options.transactional ? {} : unsubscribeHeaders(links.unsubscribe(mail))),
      },
    };
  }
}

/** One click in the mail client ends this kind of mail (RFC 8058); DKIM covers both (transports/dkim.ts). */
function unsubscribeHeaders(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
