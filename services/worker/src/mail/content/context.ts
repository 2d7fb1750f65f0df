import { type Direction, messages, type ResolvedLocale } from '@postern/locales';
import type { MailContext } from './define-mail.ts';
import { greetable } from './greetable.ts';
import type { Brand } from './layout/brand.ts';
import type { MailLinks } from './links.ts';

export interface RenderContext extends MailContext {
  readonly direction: Direction;
  /** Whether the mail asked for its texts in the recipient's language. */
  readonly textsWereTaken: boolean;
}

export function createContext(from: { locale: ResolvedLocale; links: MailLinks; brand: Brand }): RenderContext {
  const { locale, links, brand } = from;
  let textsWereTaken = false;
  return {
    get t() {
      textsWereTaken = true;
      return there(
        messages[locale.language],
        locale.language,
        'a file of packages/locales/src and its line in index.ts',
      );
    },
    say: (texts) => {
      textsWereTaken = true;
      return there(texts[locale.language], locale.language, `${locale.language}: … to each of its say({ … })`);
    },
    get textsWereTaken() {
      return textsWereTaken;
    },
    language: locale.language,
    direction: locale.direction,
    brand,
    home: links.home,
    link: (purpose, tokenId) => links.build(purpose, tokenId),
    formatDate: (time) => formatDate(locale, new Date(time)),
    formatList: (items) => new Intl.ListFormat(locale.tag, { type: 'conjunction' }).format(items),
    greetable,
  };
}

/** Such a mail does not compile; the preview runs it all the same. @throws TypeError that says what to add */
function there<Text>(text: Text | undefined, language: string, missing: string): Text {
  if (text !== undefined) return text;
  throw new TypeError(
    `it has no text in "${language}", which the product speaks (packages/locales/src/spoken.ts): add ${missing}`,
  );
}

function formatDate({ language, tag }: { language: string; tag: string }, time: Date): string {
  const date = dateFormat(tag).format(time);
  // French has an ordinal for the first of a month and for no other day; CLDR has no pattern for that.
  return language === 'fr' ? date.replace(/^1 /, '1er ') : date;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

// Making one costs 50 us, and a worker makes thousands of mails a second. Tags are people's input: the map is bounded.
function dateFormat(tag: string): Intl.DateTimeFormat {
  let format = dateFormats.get(tag);
  if (format === undefined) {
    if (dateFormats.size >= 100) dateFormats.clear();
    format = new Intl.DateTimeFormat(tag, {
      ...{ year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
      ...{ timeZone: 'UTC', timeZoneName: 'short' },
    });
    dateFormats.set(tag, format);
  }
  return format;
}
