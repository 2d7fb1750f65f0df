import { htmlPage } from '../http/html-page.ts';
import type { ReplyOf } from '../http/route.ts';

export { paragraph } from '../http/html-page.ts';

const html = { description: 'The page.', contentType: 'text/html' };

/** What every page answers, as the platform is told: itself, or a page that says why not. */
export const htmlAnswer = { 200: html, 400: html, 403: html, 409: html, 410: html, 422: html, 429: html } as const;

export type PageReply = ReplyOf<typeof htmlAnswer>;

/** A page's parts; `title` is text, `content` is HTML whose values are escaped already. */
export interface Page {
  status: PageReply['status'];
  title: string;
  content: string;
}

/** A hosted page. */
export function page({ status, title, content }: Page): PageReply {
  return { status, ...htmlPage(title, content) };
}
