import type { Messages } from '@postern/locales';
import type { Database } from '@postern/runtime';
import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { ValidationFailed } from '../../http/problems.ts';
import { defineRoute, type FieldFault, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph, type Reader, readerOf } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { linkLimit } from '../links/link-limit.ts';
import { explained, linkForm, localeField, tokenField } from '../links/link-page.ts';
import { passwordFaultIn } from '../passwords/password-fault.ts';
import type { Recovery } from './recovery.ts';

const path = '/reset-password';

/** Longer than any password may be; the rules themselves say how long that is. */
const typed = z.string().max(1024).catch('');

/** ASVS 5.0, 6.2.6 and 6.2.7: password fields, which password managers know and may paste into. */
const fields = ({ newPassword, again }: Messages['pages']['resetPassword']) =>
  `<label for="password">${escapeHtml(newPassword)}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required>
<label for="confirmation">${escapeHtml(again)}</label>
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
      handle: ({ query, context }) => {
        return explained(readerOf(context), async () => {
          const { locale } = await recovery.check(database, query.token);
          return form(readerOf(context, locale), 200, query.token, []);
        });
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitResetPassword',
      summary: 'Sets a new password from the page',
      bodyType: 'form',
      limits: [linkLimit(config, 'reset-password')],
      body: z.object({ token: tokenField, password: typed, password_confirmation: typed, locale: localeField }),
      handle: ({ body, context, transaction }) => {
        const reader = readerOf(context, body.locale);
        const { different, doneTitle, done } = reader.t.resetPassword;
        const { token, password, password_confirmation: confirmation } = body;
        const inWords = (faults: readonly FieldFault[]) =>
          faults.map(({ detail }) => `${passwordFaultIn(reader.locale.language, detail)}.`);
        return explained(reader, async () => {
          if (password !== confirmation) {
            // Whose link works no more reads that, whatever else is wrong.
            await recovery.follow(database, token, context);
            const faults = await recovery.passwordFaults(database, token, password);
            return form(reader, 422, token, [different, ...inWords(faults)]);
          }
          try {
            const prepared = await recovery.prepare(database, token, password, context);
            return await transaction(async (tx) => {
              await recovery.reset(tx, prepared, context);
              return page(reader, { status: 200, title: doneTitle, content: paragraph(done) });
            });
          } catch (error) {
            if (!(error instanceof ProblemError) || error.type !== ValidationFailed.type) throw error;
            return form(reader, 422, token, inWords(error.errors ?? []));
          }
        });
      },
    }),
  ];
}

function form(reader: Reader, status: 200 | 422, token: string, faults: readonly string[]): PageReply {
  const { resetPassword } = reader.t;
  const above = faults.map((fault) => paragraph(fault, 'fault')).join('\n');
  const asked = linkForm(reader, path, token, { button: resetPassword.button, fields: fields(resetPassword) });
  return page(reader, { status, title: resetPassword.title, content: `${above}\n${asked}` });
}
