import { shownAddress } from '@postern/events';
import type { Database } from '@postern/runtime';
import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph, type Reader, readerOf } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { linkLimit } from '../links/link-limit.ts';
import { currentPasswordField, explained, linkForm, localeField, tokenField } from '../links/link-page.ts';
import { LinkExpired } from '../links/link-problems.ts';
import type { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { SignUpProofRequired, WrongSignUpPassword } from '../sign-ups/sign-up-proof.ts';
import type { Verification } from './verification.ts';

const path = '/verify-email';

/** Longer than any password may be. */
const typed = z.string().max(1024).catch('');

/** What helps with a link that is too old. */
const ways = ({ t }: Reader) => ({
  [LinkExpired.type]: `<p><a href="/resend-verification">${escapeHtml(t.resendVerification.title)}</a></p>`,
});

/** What is above the form when the password was not accepted, by the problem's type. */
const faults = ({ t }: Reader): Record<string, string> => ({
  [SignUpProofRequired.type]: t.verifyEmail.passwordMissing,
  [WrongSignUpPassword.type]: t.verifyEmail.passwordWrong,
  [TooManyGuesses.type]: t.tooManyGuesses,
});

/**
 * The page that a verification mail links to when no front end of its own does it (no APP_URL). Opening it changes nothing: mail
 * scanners open links too. A button posts the token (RFC 9110, 9.2.1). In a browser other than the one that signed up,
 * which has its cookie, it asks for the password (docs/decisions/pending-sign-ups.md).
 */
export function verifyEmailPage(
  verification: Verification,
  cookie: SignUpCookie,
  config: AccountsConfig,
  database: Database,
): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showVerifyEmail',
      summary: 'Asks before verifying an address',
      query: z.object({ token: tokenField }),
      handle: ({ query, context }) => {
        let reader = readerOf(context);
        const work = async () => {
          const { isOwn, email, locale } = await verification.check(database, query.token, cookie.read(context));
          reader = readerOf(context, locale);
          const { title, button, oneClick } = reader.t.verifyEmail;
          if (!isOwn) return passwordForm(reader, 200, { token: query.token, email });
          const content = `${paragraph(oneClick)}\n${linkForm(reader, path, query.token, { button })}`;
          return page(reader, { status: 200, title, content });
        };
        return explained(reader, work, ways(reader));
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitVerifyEmail',
      summary: 'Verifies an address from the page',
      bodyType: 'form',
      limits: [linkLimit(config, 'verify-email')],
      body: z.object({ token: tokenField, password: typed, locale: localeField }),
      handle: ({ body: { token, password, locale }, context, transaction }) => {
        const reader = readerOf(context, locale);
        const { doneTitle, done } = reader.t.verifyEmail;
        const work = async () => {
          try {
            const claim = { secret: cookie.read(context), password: password === '' ? undefined : password };
            const proven = await verification.prove(database, token, claim, context);
            return await transaction(async (tx) => {
              await verification.verify(tx, proven, context);
              const reply = page(reader, { status: 200, title: doneTitle, content: paragraph(done) });
              // That of another sign-up stays: a page of a neighbouring host can post a link of its own here, with the visitor's cookie.
              if (!proven.isOwnBrowser) return reply;
              return { ...reply, headers: { ...reply.headers, 'set-cookie': cookie.clear() } };
            });
          } catch (error) {
            const fault = error instanceof ProblemError ? faults(reader)[error.type] : undefined;
            if (!(error instanceof ProblemError) || fault === undefined) throw error;
            const { email } = await verification.check(database, token);
            // Those are 403 and 429.
            const form = passwordForm(reader, error.status as PageReply['status'], { token, email }, fault);
            return { ...form, headers: { ...form.headers, ...error.headers } };
          }
        };
        return explained(reader, work, ways(reader));
      },
    }),
  ];
}

/** Asks for the password that was chosen at the sign-up; the address is there for password managers (ASVS 5.0, 6.2.7). */
function passwordForm(
  reader: Reader,
  status: PageReply['status'],
  { token, email }: { token: string; email: string },
  fault?: string,
): PageReply {
  const { t } = reader;
  const { title, button, askPassword, notYou } = t.verifyEmail;
  const fields = `<label for="email">${escapeHtml(t.email)}</label>
<input id="email" type="email" dir="ltr" value="${escapeHtml(shownAddress(email))}" autocomplete="username" readonly>
${currentPasswordField(t.password)}`;
  const content = [
    ...(fault === undefined ? [] : [paragraph(fault, 'fault')]),
    paragraph(askPassword),
    linkForm(reader, path, token, { button, fields }),
    paragraph(notYou),
  ].join('\n');
  return page(reader, { status, title, content });
}
