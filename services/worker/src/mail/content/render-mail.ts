import { resolveLocale } from '@postern/locales';
import { errorPlaces } from '@postern/runtime';
import { cleanData, singleLine } from './clean-data.ts';
import { createContext, type RenderContext } from './context.ts';
import type { MailContent, MailDefinition } from './define-mail.ts';
import { type Brand, defaultBrand } from './layout/brand.ts';
import { layOut } from './layout/lay-out.ts';
import type { MailLinks } from './links.ts';
import { watchedData } from './watched-data.ts';

interface RenderOptions<Data> {
  data: Data;
  /** A BCP 47 tag such as `de-AT`; falls back to `de`, then `en`. */
  locale?: string | undefined;
  links: MailLinks;
  brand?: Brand;
}

export interface RenderedMail {
  /** Never contains CR, LF or another control character. */
  subject: string;
  html: string;
  text: string;
}

/** The mail cannot be made from this data, and never will be: not a reason to try again. The message says where in the mail's file, and `cause` what was wrong. */
export class MailRenderError extends Error {
  override name = 'MailRenderError';

  constructor(mail: string, cause: unknown) {
    // Not that of the templates, which every mail goes through.
    const place = errorPlaces(cause).find((each) => each.includes('/mail/content/mails/'));
    const words = cause instanceof Error ? cause.message : String(cause);
    super(`The mail "${mail}" cannot be rendered: ${words}${place === undefined ? '' : ` (${place})`}`, { cause });
  }
}

/**
 * What a template literal makes of a value that is not there. A field that may be missing, and is asked for first, leaves no such word; where the
 * data has it itself nobody can tell: clients that are wrong sign people up under this name.
 */
const SHOWS_NOTHING = /\bundefined\b/;

/** @throws MailRenderError if the data lacks a value that the mail shows, or has one that it cannot show */
export function renderMail<Data>(mail: MailDefinition<Data>, options: RenderOptions<NoInfer<Data>>): RenderedMail {
  try {
    const missing = new Set<string>();
    const data = watchedData(cleanData(options.data), missing);
    const [content, context] = renderInItsLanguage(mail, data, options);
    const subject = singleLine(content.subject);
    if (subject === '') throw new TypeError('its subject is empty');
    const unsubscribe = mail.options.transactional ? undefined : options.links.unsubscribe(mail.name);
    const rendered = { subject, ...layOut({ ...content, subject }, context, unsubscribe) };
    const shows = subject + rendered.html;
    if (missing.size > 0 && SHOWS_NOTHING.test(shows) && !SHOWS_NOTHING.test(JSON.stringify(options.data))) {
      throw new TypeError(`it would say "undefined", and its data has no ${[...missing].join(', ')}`);
    }
    return rendered;
  } catch (error) {
    throw new MailRenderError(mail.name, error);
  }
}

function renderInItsLanguage<Data>(
  mail: MailDefinition<Data>,
  data: Data,
  { locale, links, brand = defaultBrand }: RenderOptions<Data>,
): [MailContent, RenderContext] {
  const context = createContext({ locale: resolveLocale(locale), links, brand });
  const content = mail.render(data, context);
  // A mail with texts of its own is not half translated: its dates, its direction and its frame follow its language.
  if (context.textsWereTaken || context.language === mail.options.language) return [content, context];
  const own = createContext({ locale: resolveLocale(mail.options.language), links, brand });
  return [mail.render(data, own), own];
}
