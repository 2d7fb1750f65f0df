import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { countedMailbox, mailBudget } from '../mail-budget.ts';
import type { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { email as emailField } from '../users/fields.ts';
import type { VerificationRequests } from './verification-requests.ts';
import { resendLimit } from './verification-routes.ts';

const path = '/resend-verification';
const TITLE = 'Get another mail';

/** As typed: what is wrong with it is told on the page. */
const typed = z.string().max(1_000).catch('');

/** Where somebody who lost the mail of a sign-up asks for another. What it answers is the same for every address. */
export function resendVerificationPage(
  requests: VerificationRequests,
  cookie: SignUpCookie,
  config: AccountsConfig,
): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showResendVerification',
      summary: 'Asks whose mail to send again',
      handle: async () => form(200, ''),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitResendVerification',
      summary: 'Mails a verification link again from the page',
      bodyType: 'form',
      body: z.object({ email: typed }),
      limits: [
        resendLimit(config),
        {
          ...mailBudget(config),
          per: ({ body }) => countedMailbox(emailField.safeParse(body.email).data ?? body.email),
        },
      ],
      handle: async ({ body, context, transaction }) => {
        const { data: email, error } = emailField.safeParse(body.email);
        if (email === undefined) return form(422, body.email, error?.issues[0]?.message);
        return transaction(async (tx) => {
          await requests.request(tx, email, cookie.read(context), context);
          const content = [
            paragraph(
              'If a sign-up with this address waits to be confirmed, a mail is on its way. Look in the spam folder, too.',
            ),
            paragraph('No mail? The sign-up may be over: sign up again. If you have an account already, sign in.'),
          ].join('\n');
          return page({ status: 200, title: 'Look into your mail', content });
        });
      },
    }),
  ];
}

function form(status: PageReply['status'], email: string, fault?: string): PageReply {
  const content = `${fault === undefined ? '' : paragraph(`${fault}.`, 'fault')}
${paragraph('Did the mail with the link not arrive, or is the link too old? We send it again.')}
<form method="post" action="${path}"><label for="email">The address that you signed up with</label>
<input id="email" name="email" type="email" autocomplete="email" value="${escapeHtml(email)}" required>
<button type="submit">Send the mail</button></form>`;
  return page({ status, title: TITLE, content });
}
