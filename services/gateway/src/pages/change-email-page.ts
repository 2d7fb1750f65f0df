import type { Database } from '@postern/runtime';
import { z } from 'zod';
import type { EmailChange } from '../accounts/profile/email-change.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { explained, linkForm, tokenField } from './link-page.ts';
import { htmlAnswer, page, paragraph } from './page.ts';

const path = '/change-email';

/** The page behind the link that goes to a new address; as with verification, only its button changes anything. */
export function changeEmailPage(change: EmailChange, database: Database): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showChangeEmail',
      summary: 'Asks before changing an address',
      query: z.object({ token: tokenField }),
      handle: ({ query }) =>
        explained(async () => {
          await change.check(database, query.token);
          const text = paragraph('From then on you sign in with this address, and mails go to it.');
          const content = `${text}\n${linkForm(path, query.token, 'Use this address')}`;
          return page({ status: 200, title: 'Use this e-mail address', content });
        }),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitChangeEmail',
      summary: 'Changes an address from the page',
      bodyType: 'form',
      body: z.object({ token: tokenField }),
      handle: ({ body, context, transaction }) =>
        explained(() =>
          transaction(async (tx) => {
            await change.confirm(tx, body.token, context);
            const content = paragraph('Sign in with your new address from now on.');
            return page({ status: 200, title: 'Your address is changed', content });
          }),
        ),
    }),
  ];
}
