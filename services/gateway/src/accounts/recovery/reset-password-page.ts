import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { ValidationFailed } from '../../http/problems.ts';
import { defineRoute, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { explained, linkForm, tokenField } from '../links/link-page.ts';
import type { Recovery } from './recovery.ts';
import { resetLimit } from './recovery-routes.ts';

const path = '/reset-password';
const TITLE = 'Set a new password';

/** Longer than any password may be; the rules themselves say how long that is. */
const typed = z.string().max(1024).catch('');

/** ASVS 5.0, 6.2.6 and 6.2.7: password fields, which password managers know and may paste into. */
const FIELDS = `<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required>
<label for="confirmation">Once more</label>
<input id="confirmation" name="password_confirmation" type="password" autocomplete="new-password" required>
`;

/** The page behind a reset link. A password that is refused is explained, and the link stays good. */
export function resetPasswordPage(recovery: Recovery, config: AccountsConfig, database: Database): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showResetPassword',
      summary: 'Asks for a new password',
      query: z.object({ token: tokenField }),
      handle: ({ query }) =>
        explained(async () => {
          await recovery.check(database, query.token);
          return form(200, query.token, []);
        }),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitResetPassword',
      summary: 'Sets a new password from the page',
      bodyType: 'form',
      limits: [resetLimit(config)],
      body: z.object({ token: tokenField, password: typed, password_confirmation: typed }),
      handle: ({ body, context, transaction }) =>
        explained(async () => {
          const { token, password, password_confirmation: confirmation } = body;
          if (password !== confirmation) {
            const faults = await recovery.passwordFaults(database, token, password);
            return form(422, token, [
              'The two passwords are not the same.',
              ...faults.map(({ detail }) => `${detail}.`),
            ]);
          }
          try {
            const prepared = await recovery.prepare(database, token, password, context);
            return await transaction(async (tx) => {
              await recovery.reset(tx, prepared, context);
              const content = paragraph('All other devices are signed out. Sign in with your new password.');
              return page({ status: 200, title: 'Your password is changed', content });
            });
          } catch (error) {
            if (!(error instanceof ProblemError) || error.type !== ValidationFailed.type) throw error;
            return form(
              422,
              token,
              (error.errors ?? []).map(({ detail }) => `${detail}.`),
            );
          }
        }),
    }),
  ];
}

function form(status: 200 | 422, token: string, faults: readonly string[]): PageReply {
  const told = faults.map((fault) => paragraph(fault, 'fault')).join('\n');
  return page({ status, title: TITLE, content: `${told}\n${linkForm(path, token, 'Set the password', FIELDS)}` });
}
