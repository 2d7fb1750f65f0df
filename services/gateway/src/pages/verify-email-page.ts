import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { LinkExpired, LinkInvalid, LinkReplaced, LinkUsed } from '../accounts/links/link-problems.ts';
import type { Verification } from '../accounts/verification/verification.ts';
import { escapeHtml } from '../http/docs/html.ts';
import { defineRoute, ProblemError, type Reply, type Route } from '../http/route.ts';
import { page, paragraph } from './page.ts';

/** What a person can do about a link that does not work, by the problem's type. */
const ADVICE: Record<string, string> = {
  [LinkInvalid.type]:
    'The address of this page is not complete. Open the mail again and follow its link, or copy all of it.',
  [LinkExpired.type]: 'The link was good for a day. Ask for a new one where you signed up.',
  [LinkUsed.type]: 'Your address is verified already, and there is nothing left to do here. You can sign in.',
  [LinkReplaced.type]: 'A newer mail has replaced this link. Follow the one in the latest mail.',
};

/** A link's token as a form or an address brings it; whatever is wrong with it makes a broken link, not an error. */
const token = z.string().max(1_000).catch('');

const html = { 200: { description: 'The page.', contentType: 'text/html' } };

/**
 * The page that a verification mail links to when no front end of its own does it (no APP_URL). Opening it changes nothing:
 * mail scanners open links too. A button posts the token (RFC 9110, 9.2.1).
 */
export function verifyEmailPage(verification: Verification, database: Database): Route[] {
  const own = { path: '/verify-email', tags: ['pages'], auth: 'none' as const, hidden: true, responses: html };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showVerifyEmail',
      summary: 'Asks before verifying an address',
      query: z.object({ token }),
      handle: ({ query }) =>
        explained(async () => {
          await verification.check(database, query.token);
          return page({ status: 200, title: 'Verify your e-mail address', content: form(query.token) });
        }),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitVerifyEmail',
      summary: 'Verifies an address from the page',
      bodyType: 'form',
      body: z.object({ token }),
      handle: ({ body, context, transaction }) =>
        explained(() =>
          transaction(async (tx) => {
            await verification.verify(tx, body.token, context);
            const content = paragraph('Thank you. Your account is ready, and you can sign in.');
            return page({ status: 200, title: 'Your address is verified', content });
          }),
        ),
    }),
  ];
}

function form(value: string): string {
  return `${paragraph('One click, and your account is ready.')}
<form method="post" action="/verify-email"><input type="hidden" name="token" value="${escapeHtml(value)}">
<button type="submit">Verify my address</button></form>`;
}

/** Answers a link that does not work with a page that says what to do, in the problem's own status. */
async function explained(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof ProblemError ? ADVICE[error.type] : undefined;
    if (!(error instanceof ProblemError) || advice === undefined) throw error;
    return page({ status: error.status, title: error.title, content: paragraph(advice) });
  }
}
