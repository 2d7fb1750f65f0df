import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { ProblemError } from '../../http/route.ts';
import { type PageReply, page, paragraph, type Reader } from '../../pages/page.ts';
import { LinkEnded, LinkExpired, LinkInvalid, LinkUsed } from './link-problems.ts';

/** A link's token as a form or an address brings it; whatever is wrong with it makes a broken link, not an error. */
export const tokenField = z.string().max(1_000).catch('');

/** The language of the form that was posted, for a browser that names no language of ours. */
export const localeField = z.string().max(100).optional().catch(undefined);

/** What a person reads about a problem: its title and what to do. */
interface Advice {
  title: string;
  advice: string;
}

/**
 * Answers a link that does not work with a page that says what to do, in the problem's own status.
 *
 * @param ways HTML below the advice, by the problem's type
 * @param further advice about problems of the capability's own, by their type
 */
export async function explained(
  reader: Reader,
  work: () => Promise<PageReply>,
  ways: Readonly<Record<string, string>> = {},
  further: Readonly<Record<string, Advice>> = {},
): Promise<PageReply> {
  try {
    return await work();
  } catch (error) {
    const { invalid, expired, used, ended } = reader.t.link;
    const advices: Readonly<Record<string, Advice>> = {
      ...{ [LinkInvalid.type]: invalid, [LinkExpired.type]: expired, [LinkUsed.type]: used, [LinkEnded.type]: ended },
      ...further,
    };
    const found = error instanceof ProblemError ? advices[error.type] : undefined;
    if (!(error instanceof ProblemError) || found === undefined) throw error;
    // Those are 400, 409 and 410.
    const status = error.status as PageReply['status'];
    const content = `${paragraph(found.advice)}\n${ways[error.type] ?? ''}`;
    return page(reader, { status, title: found.title, content });
  }
}

/** A form that posts the token to the page's own path, and the language that it is in; `fields` is HTML. */
export function linkForm(
  reader: Reader,
  path: string,
  token: string,
  { button, fields = '' }: { button: string; fields?: string },
): string {
  return `<form method="post" action="${path}"><input type="hidden" name="token" value="${escapeHtml(token)}"><input type="hidden" name="locale" value="${escapeHtml(reader.locale.tag)}">
${fields}<button type="submit">${escapeHtml(button)}</button></form>`;
}

/** The field for a password that its owner has already; password managers know it (ASVS 5.0, 6.2.7). */
export function currentPasswordField(label: string): string {
  return `<label for="password">${escapeHtml(label)}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
`;
}
