import type { Database } from '@postern/runtime';
import { z } from 'zod';
import type { Verification } from '../accounts/verification/verification.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { explained, linkForm, tokenField } from './link-page.ts';
import { htmlAnswer, page, paragraph } from './page.ts';

const path = '/verify-email';

/**
 * The page that a verification mail links to when no front end of its own does it (no APP_URL). Opening it changes
 * nothing: mail scanners open links too. A button posts the token (RFC 9110, 9.2.1).
 */
export function verifyEmailPage(verification: Verification, database: Database): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showVerifyEmail',
      summary: 'Asks before verifying an address',
      query: z.object({ token: tokenField }),
      handle: ({ query }) =>
        explained(async () => {
          await verification.check(database, query.token);
          const text = paragraph('One click, and your account is ready.');
          const content = `${text}\n${linkForm(path, query.token, 'Verify my address')}`;
          return page({ status: 200, title: 'Verify your e-mail address', content });
        }),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitVerifyEmail',
      summary: 'Verifies an address from the page',
      bodyType: 'form',
      body: z.object({ token: tokenField }),
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
