import { type Messages, messages, type ResolvedLocale, readersLocale } from '@postern/locales';
import { htmlPage } from '../http/html-page.ts';
import type { ReplyOf, RequestContext } from '../http/route.ts';

export { paragraph } from '../http/html-page.ts';

const html = { description: 'The page.', contentType: 'text/html' };

/** What every page answers, as the platform has it: itself, or a page that says why not. */
export const htmlAnswer = { 200: html, 400: html, 403: html, 409: html, 410: html, 422: html, 429: html } as const;

export type PageReply = ReplyOf<typeof htmlAnswer>;

/** A page's parts; `title` is text, `content` is HTML whose values are escaped already. */
interface Page {
  status: PageReply['status'];
  title: string;
  content: string;
}

/** Who reads a page: their language, and its texts. */
export interface Reader {
  /** What the product is called that they read of. */
  productName: string;
  locale: ResolvedLocale;
  t: Messages['pages'];
}

/** @param accountLocale what the account whose link it is was set to, for a browser that names no language of ours */
export function readerOf(
  { acceptLanguage, productName }: Pick<RequestContext, 'acceptLanguage' | 'productName'>,
  accountLocale?: string,
): Reader {
  const locale = readersLocale(acceptLanguage, accountLocale);
  return { productName, locale, t: messages[locale.language].pages };
}

/** A hosted page, in its reader's language. */
export function page(
  { locale, productName }: Pick<Reader, 'locale' | 'productName'>,
  { status, title, content }: Page,
): PageReply {
  return { status, ...htmlPage(title, content, locale, productName) };
}
