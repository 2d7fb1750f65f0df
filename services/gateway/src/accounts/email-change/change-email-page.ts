import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph, type Reader, readerOf } from '../../pages/page.ts';
import type { AccountsConfig } from '../config.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { linkLimit } from '../links/link-limit.ts';
import { currentPasswordField, explained, linkForm, localeField, tokenField } from '../links/link-page.ts';
import { WrongPassword } from '../passwords/own-password.ts';
import { type EmailChange, EmailTaken } from './email-change.ts';
import type { EmailChangeProof } from './email-change-proof.ts';

const path = '/change-email';

/** Longer than any password may be. */
const typed = z.string().max(1024).catch('');

/** What is above the form when the password was not accepted, by the problem's type. */
const faults = ({ t }: Reader): Record<string, string> => ({
  [WrongPassword.type]: t.changeEmail.passwordWrong,
  [TooManyGuesses.type]: t.tooManyGuesses,
});

const explainedTo = (reader: Reader, work: () => Promise<PageReply>) =>
  explained(reader, work, {}, { [EmailTaken.type]: reader.t.changeEmail.taken });

/** The page behind the link that goes to a new address; as with verification, only its button changes anything. */
export function changeEmailPage(
  proof: EmailChangeProof,
  change: EmailChange,
  config: AccountsConfig,
  database: Database,
): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showChangeEmail',
      summary: 'Asks before changing an address',
      query: z.object({ token: tokenField }),
      handle: ({ query, context }) => {
        return explainedTo(readerOf(context), async () => {
          const { locale } = await proof.check(database, query.token);
          return passwordForm(readerOf(context, locale), 200, query.token);
        });
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitChangeEmail',
      summary: 'Changes an address from the page',
      bodyType: 'form',
      limits: [linkLimit(config, 'change-email')],
      body: z.object({ token: tokenField, password: typed, locale: localeField }),
      handle: ({ body: { token, password, locale }, context, transaction }) => {
        const reader = readerOf(context, locale);
        const { doneTitle, done } = reader.t.changeEmail;
        return explainedTo(reader, async () => {
          try {
            const proven = await proof.prove(database, token, password, context);
            return await change.recording(proven, context, () =>
              transaction(async (tx) => {
                await change.confirm(tx, proven, context);
                return page(reader, { status: 200, title: doneTitle, content: paragraph(done) });
              }),
            );
          } catch (error) {
            const fault = error instanceof ProblemError ? faults(reader)[error.type] : undefined;
            if (!(error instanceof ProblemError) || fault === undefined) throw error;
            // Those are 403 and 429.
            const form = passwordForm(reader, error.status as PageReply['status'], token, fault);
            return { ...form, headers: { ...form.headers, ...error.headers } };
          }
        });
      },
    }),
  ];
}

/** Asks for the account's password: following the link alone would give the address to whoever asked for the change. */
function passwordForm(reader: Reader, status: PageReply['status'], token: string, fault?: string): PageReply {
  const { title, button, askPassword, notYou } = reader.t.changeEmail;
  const content = [
    ...(fault === undefined ? [] : [paragraph(fault, 'fault')]),
    paragraph(askPassword),
    linkForm(reader, path, token, { button, fields: currentPasswordField(reader.t.password) }),
    paragraph(notYou),
  ].join('\n');
  return page(reader, { status, title, content });
}
