import { escapeHtml } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph, type Reader, readerOf } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { MAIL_STEP_MS, mailBudget } from '../mail-budget.ts';
import type { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { email as emailField } from '../users/fields.ts';
import type { VerificationRequests } from './verification-requests.ts';
import { resendLimit } from './verification-routes.ts';

const path = '/resend-verification';

/** As typed: the page says when it is not an address. */
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
      handle: async ({ context }) => form(readerOf(context), 200, ''),
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
        mailBudget(config, (asked: { email: string }) => emailField.safeParse(asked.email).data ?? asked.email),
      ],
      stepMs: MAIL_STEP_MS,
      handle: async ({ body, context, transaction }) => {
        const reader = readerOf(context);
        const { notAnAddress, doneTitle, done, noMail } = reader.t.resendVerification;
        const { data: email } = emailField.safeParse(body.email);
        if (email === undefined) return form(reader, 422, body.email, notAnAddress);
        return transaction(async (tx) => {
          await requests.request(tx, email, cookie.read(context), context);
          const content = [paragraph(done), paragraph(noMail)].join('\n');
          return page(reader, { status: 200, title: doneTitle, content });
        });
      },
    }),
  ];
}

function form(reader: Reader, status: PageReply['status'], email: string, fault?: string): PageReply {
  const { title, intro, address, button } = reader.t.resendVerification;
  const content = `${fault === undefined ? '' : paragraph(fault, 'fault')}
${paragraph(intro)}
<form method="post" action="${path}"><label for="email">${escapeHtml(address)}</label>
<input id="email" name="email" type="email" dir="ltr" autocomplete="email" value="${escapeHtml(email)}" required>
<button type="submit">${escapeHtml(button)}</button></form>`;
  return page(reader, { status, title, content });
}
