import { type Language, speaks } from './spoken.ts';

const defaultLanguage: Language = 'en';
const RIGHT_TO_LEFT: readonly string[] = ['ar'];

export type Direction = 'ltr' | 'rtl';

export interface ResolvedLocale {
  language: Language;
  /** For Intl: keeps the region the person asked for (`de-AT`), where the language is the one that is shown. */
  tag: string;
  direction: Direction;
}

/**
 * The lookup of RFC 4647, section 3.4: drops sub-tags from the right until a language is found (`de-AT` -> `de`), else
 * English. Takes anything, because it comes from people's settings: what is not a language tag is English too.
 */
export function resolveLocale(tag: string | undefined): ResolvedLocale {
  const locale = parse(tag);
  const language = locale !== undefined && speaks(locale.language) ? locale.language : defaultLanguage;
  return {
    language,
    // Unicode extensions are dropped: a calendar or a numbering system from a stranger's tag is not wanted in a mail.
    tag: locale !== undefined && locale.language === language ? locale.baseName : language,
    direction: RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr',
  };
}

/**
 * The reader's language: of those that an Accept-Language header names (RFC 9110, 12.5.4) the most wanted one that the product
 * speaks, else that of `otherwise`, a person's setting.
 */
export function readersLocale(header: string | undefined, otherwise?: string): ResolvedLocale {
  const wanted = (header ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { tag, weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .find(({ tag }) => speaks(parse(tag)?.language ?? ''));
  return resolveLocale(wanted?.tag ?? otherwise);
}

function parse(tag: string | undefined): Intl.Locale | undefined {
  try {
    return tag === undefined ? undefined : new Intl.Locale(tag.replaceAll('_', '-'));
  } catch {
    // A RangeError is all that can come here: the tag is malformed, which is answered with the default.
    return undefined;
  }
}
