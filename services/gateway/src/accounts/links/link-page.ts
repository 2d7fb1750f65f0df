import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { ProblemError } from '../../http/route.ts';
import { type PageReply, page, paragraph } from '../../pages/page.ts';
import { LinkEnded, LinkExpired, LinkInvalid, LinkUsed } from './link-problems.ts';

/** A link's token as a form or an address brings it; whatever is wrong with it makes a broken link, not an error. */
export const tokenField = z.string().max(1_000).catch('');

/** What a person can do about a link that does not work, by the problem's type. */
const ADVICE: Record<string, string> = {
  [LinkInvalid.type]:
    'The address of this page is not complete. Open the mail again and follow its link, or copy all of it.',
  [LinkExpired.type]: 'This link has expired. Ask for a new one where you asked for this one.',
  [LinkUsed.type]: 'It has done what it was for, and there is nothing left to do here. Try to sign in.',
  [LinkEnded.type]:
    'A newer mail has replaced it, or there is nothing left to do with it. Follow the link in the latest mail, try to sign in, or start over.',
};

/**
 * Answers a link that does not work with a page that says what to do, in the problem's own status.
 *
 * @param ways HTML that stands below the advice, by the problem's type
 * @param further advice about problems of the capability's own, by their type
 */
export async function explained(
  work: () => Promise<PageReply>,
  ways: Readonly<Record<string, string>> = {},
  further: Readonly<Record<string, string>> = {},
): Promise<PageReply> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof ProblemError ? { ...ADVICE, ...further }[error.type] : undefined;
    if (!(error instanceof ProblemError) || advice === undefined) throw error;
    // Those of ADVICE are 400, 409 and 410.
    const status = error.status as PageReply['status'];
    return page({ status, title: error.title, content: `${paragraph(advice)}\n${ways[error.type] ?? ''}` });
  }
}

/** A form that posts the token to the page's own path; `fields` is HTML. */
export function linkForm(path: string, token: string, button: string, fields = ''): string {
  return `<form method="post" action="${path}"><input type="hidden" name="token" value="${escapeHtml(token)}">
${fields}<button type="submit">${escapeHtml(button)}</button></form>`;
}
