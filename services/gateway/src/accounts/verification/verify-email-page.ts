import { shownAddress } from '@postern/events';
import type { Database } from '@postern/runtime';
import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph } from '../../pages/page.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { explained, linkForm, tokenField } from '../links/link-page.ts';
import { LinkExpired } from '../links/link-problems.ts';
import type { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { SignUpProofRequired, WrongSignUpPassword } from '../sign-ups/sign-up-proof.ts';
import type { Verification } from './verification.ts';

const path = '/verify-email';
const TITLE = 'Verify your e-mail address';
const BUTTON = 'Verify my address';

/** Longer than any password may be. */
const typed = z.string().max(1024).catch('');

/** What helps with a link that is too old. */
const WAYS = { [LinkExpired.type]: '<p><a href="/resend-verification">Get another mail</a></p>' };

/** What is said above the form when the password was not accepted, by the problem's type. */
const FAULTS: Record<string, string> = {
  [SignUpProofRequired.type]: 'Type the password, please.',
  [WrongSignUpPassword.type]:
    'This is not the password of this sign-up. If you signed up several times, each mail goes with the password that you chose that time.',
  [TooManyGuesses.type]: 'There were several wrong passwords. Wait a little, then try again.',
};

/**
 * The page that a verification mail links to when no front end of its own does it (no APP_URL). Opening it changes nothing: mail
 * scanners open links too. A button posts the token (RFC 9110, 9.2.1). In a browser other than the one that signed up,
 * which has its cookie, it asks for the password (docs/decisions/pending-sign-ups.md).
 */
export function verifyEmailPage(verification: Verification, cookie: SignUpCookie, database: Database): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showVerifyEmail',
      summary: 'Asks before verifying an address',
      query: z.object({ token: tokenField }),
      handle: ({ query, context }) =>
        explained(async () => {
          const { isOwn, email } = await verification.check(database, query.token, cookie.read(context));
          if (!isOwn) return passwordForm(200, query.token, email);
          const text = paragraph('One click, and your account is ready.');
          return page({ status: 200, title: TITLE, content: `${text}\n${linkForm(path, query.token, BUTTON)}` });
        }, WAYS),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitVerifyEmail',
      summary: 'Verifies an address from the page',
      bodyType: 'form',
      body: z.object({ token: tokenField, password: typed }),
      handle: ({ body: { token, password }, context, transaction }) =>
        explained(async () => {
          try {
            const claim = { secret: cookie.read(context), password: password === '' ? undefined : password };
            const proven = await verification.prove(database, token, claim, context);
            return await transaction(async (tx) => {
              await verification.verify(tx, proven, context);
              const content = paragraph('Thank you. Your account is ready, and you can sign in.');
              const done = page({ status: 200, title: 'Your address is verified', content });
              return { ...done, headers: { ...done.headers, 'set-cookie': cookie.clear() } };
            });
          } catch (error) {
            const fault = error instanceof ProblemError ? FAULTS[error.type] : undefined;
            if (!(error instanceof ProblemError) || fault === undefined) throw error;
            const { email } = await verification.check(database, token);
            // Those of FAULTS are 403 and 429.
            const form = passwordForm(error.status as PageReply['status'], token, email, fault);
            return { ...form, headers: { ...form.headers, ...error.headers } };
          }
        }, WAYS),
    }),
  ];
}

/** Asks for the password that was chosen at the sign-up; the address is there for password managers (ASVS 5.0, 6.2.7). */
function passwordForm(status: PageReply['status'], token: string, email: string, fault?: string): PageReply {
  const content = [
    ...(fault === undefined ? [] : [paragraph(fault, 'fault')]),
    paragraph('Type the password that you chose when you signed up. It shows that this sign-up is yours.'),
    linkForm(
      path,
      token,
      BUTTON,
      `<label for="email">E-mail address</label>
<input id="email" type="email" value="${escapeHtml(shownAddress(email))}" autocomplete="username" readonly>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
`,
    ),
    paragraph('You did not sign up? Close this page: without the password, nobody can use the account.'),
  ].join('\n');
  return page({ status, title: TITLE, content });
}
