import type { LinkPurpose } from '@postern/events';
import type { Language, Messages } from '@postern/locales';
import type { Html } from './html.ts';
import type { Brand } from './layout/brand.ts';

/** What a mail says. The layout goes around it, and its text part is derived from it. */
export interface MailContent {
  /** One line. Line breaks and control characters in it become spaces. */
  subject: string;
  /** Plain `<h1>`, `<p>`, `<a>`, `<ul>` are styled by the layout; see layout/parts.ts for buttons and facts. */
  html: Html;
  /** What a mail client shows beside the subject in its list. The first paragraph when left out. */
  preheader?: string;
}

/** What a mail is rendered with, besides its data. */
export interface MailContext {
  /** The texts of `packages/locales`, in the recipient's language. A mail that takes none, and says none, is in `options.language`. */
  readonly t: Messages;
  /** What the mail itself says, in the recipient's language: of one text for each that the product speaks, or it does not compile. */
  say<Text>(texts: Readonly<Record<Language, Text>>): Text;
  readonly language: Language;
  readonly brand: Brand;
  /** The address of the front end, where one is configured (APP_URL). */
  readonly home: string | undefined;
  /** The URL with its secret, made here and nowhere before. */
  link(purpose: LinkPurpose, tokenId: string): string;
  /** Date, time and zone, in the recipient's language: `24 November 2026 at 13:12 UTC`. @throws RangeError */
  formatDate(time: string | Date): string;
  formatList(items: readonly string[]): string;
  /** A name to greet with, or undefined if it is missing or could pass for an advertisement or a link. */
  greetable(name: string | undefined): string | undefined;
}

/**
 * What to do when nobody knows whether the server took the mail: the connection broke after the body had begun, or the process
 * died there. `resend-twice` for a mail whose link somebody waits for: silence shuts them out, and copies have one Message-ID and
 * one link. `wait-then-resend-once` (wait for the provider's event first) for a notice, where a second copy is worse than a late
 * one. Measured in docs/decisions/unknown-mails.md.
 */
export type UnknownPolicy = 'resend-twice' | 'wait-then-resend-once';

export interface MailOptions<Data> {
  /** Default: `wait-then-resend-once`. */
  unknownPolicy: UnknownPolicy;
  /** False for what people can unsubscribe from: such mail gets List-Unsubscribe headers. Default: true. */
  transactional: boolean;
  /**
   * True for what guards an account or is the way back into it: it is sent to whoever called another mail spam, too, and where the
   * address is suppressed for a while. Not for what strangers can cause, who enter other people's addresses. Default: false.
   */
  security: boolean;
  /** The language of a mail that uses neither `t` nor `say`. Default: `en`. */
  language: Language;
  /** Data for the preview and the snapshots. */
  sample: Data | undefined;
}

export interface MailDefinition<Data> {
  /** The name it has in the ledger, the queue and the metrics: for ever. */
  readonly name: string;
  readonly options: Readonly<MailOptions<Data>>;
  render(data: Data, context: MailContext): MailContent;
}

type Render<Data> = (data: Data, context: MailContext) => MailContent;

/**
 * Defines a mail. A line in mails/all.ts makes it known; any listener can queue it then.
 *
 * @example
 * export const OrderShippedMail = defineMail('order-shipped', (order: { id: string }, { say }) => ({
 *   subject: say({ en: `Order ${order.id} is on its way`, de: `Bestellung ${order.id} ist unterwegs` }),
 *   html: html`<p>${say({ en: 'It left our house.', de: 'Sie hat unser Haus verlassen.' })}</p>`,
 * }));
 *
 * @throws TypeError if the name is not lower case words joined by hyphens
 */
export function defineMail<Data>(name: string, render: Render<Data>): MailDefinition<Data>;
export function defineMail<Data>(
  name: string,
  options: Partial<MailOptions<NoInfer<Data>>>,
  render: Render<Data>,
): MailDefinition<Data>;
export function defineMail<Data>(
  name: string,
  optionsOrRender: Partial<MailOptions<Data>> | Render<Data>,
  maybeRender?: Render<Data>,
): MailDefinition<Data> {
  const [options, render] =
    typeof optionsOrRender === 'function' ? [{}, optionsOrRender] : [optionsOrRender, maybeRender];
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new TypeError(`A mail's name is lower case words joined by hyphens, such as order-shipped, not "${name}"`);
  }
  if (render === undefined) throw new TypeError(`defineMail('${name}') needs a function that renders it`);
  return {
    name,
    options: {
      unknownPolicy: 'wait-then-resend-once',
      transactional: true,
      security: false,
      language: 'en',
      sample: undefined,
      ...options,
    },
    render,
  };
}
