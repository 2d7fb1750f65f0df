import type { Database } from '@postern/runtime';
import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph, type Reader, readerOf } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { CodeRequired, TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { linkLimit } from '../links/link-limit.ts';
import { currentPasswordField, explained, linkForm, localeField, tokenField } from '../links/link-page.ts';
import { LinkExpired } from '../links/link-problems.ts';
import { WrongPassword } from '../passwords/own-password.ts';
import { EmailTaken } from './email-change.ts';
import type { EmailRestoration } from './email-restoration.ts';
import { AccountDisabled, type EmailRestorationProof } from './email-restoration-proof.ts';

const path = '/restore-email';

/** Longer than any password may be. */
const typed = z.string().max(1024).catch('');

/** What is above the form when something was not accepted, by the problem's type. */
const faults = ({ t: { restoreEmail, tooManyGuesses } }: Reader): Record<string, string> => ({
  [WrongPassword.type]: restoreEmail.passwordWrong,
  [CodeRequired.type]: restoreEmail.codeWrong,
  [WrongCode.type]: restoreEmail.codeWrong,
  [TwoFactorLocked.type]: restoreEmail.codeLocked,
  [TooManyGuesses.type]: tooManyGuesses,
});

const explainedTo = (reader: Reader, work: () => Promise<PageReply>) => {
  const { taken, disabled, expired } = reader.t.restoreEmail;
  const advices = { [EmailTaken.type]: taken, [AccountDisabled.type]: disabled, [LinkExpired.type]: expired };
  return explained(reader, work, {}, advices);
};

/** The page behind the link in the notice that an account has another address; only its button changes anything. */
export function restoreEmailPage(
  proof: EmailRestorationProof,
  restoration: EmailRestoration,
  config: AccountsConfig,
  database: Database,
): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showRestoreEmail',
      summary: 'Asks before taking back a change of address',
      query: z.object({ token: tokenField }),
      handle: ({ query: { token }, context }) => {
        return explainedTo(readerOf(context), async () => {
          const { user, takesCode } = await proof.check(database, token);
          return form(readerOf(context, user.locale), 200, { token, takesCode });
        });
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitRestoreEmail',
      summary: 'Takes back a change of address from the page',
      bodyType: 'form',
      limits: [linkLimit(config, 'restore-email')],
      body: z.object({ token: tokenField, password: typed, code: typed, locale: localeField }),
      handle: ({ body: { token, password, code, locale }, context, transaction }) => {
        const reader = readerOf(context, locale);
        const { doneTitle, done } = reader.t.restoreEmail;
        return explainedTo(reader, async () => {
          try {
            const given = { password, code: code.trim() || undefined };
            const prepared = await restoration.prepare(database, token, given, context);
            return await restoration.recording(prepared, context, () =>
              transaction(async (tx) => {
                await restoration.restore(tx, prepared, context);
                return page(reader, { status: 200, title: doneTitle, content: paragraph(done) });
              }),
            );
          } catch (error) {
            const fault = error instanceof ProblemError ? faults(reader)[error.type] : undefined;
            if (!(error instanceof ProblemError) || fault === undefined) throw error;
            // Looked up again for each form: a factor may have been turned off meanwhile.
            const { takesCode } = await proof.check(database, token);
            // Those are 403 and 429.
            const again = form(reader, error.status as PageReply['status'], { token, takesCode, fault });
            return { ...again, headers: { ...again.headers, ...error.headers } };
          }
        });
      },
    }),
  ];
}

/** As password managers and phones know it (ASVS 5.0, 6.2.7); letters are for recovery codes. */
const codeField = (label: string) => `<label for="code">${escapeHtml(label)}</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required>
`;

function form(
  reader: Reader,
  status: PageReply['status'],
  { token, takesCode, fault }: { token: string; takesCode: boolean; fault?: string },
): PageReply {
  const { title, intro, askPassword, code, button } = reader.t.restoreEmail;
  const fields = `${currentPasswordField(reader.t.password)}${takesCode ? codeField(code) : ''}`;
  const content = [
    ...(fault === undefined ? [] : [paragraph(fault, 'fault')]),
    paragraph(intro),
    paragraph(askPassword),
    linkForm(reader, path, token, { button, fields }),
  ].join('\n');
  return page(reader, { status, title, content });
}
