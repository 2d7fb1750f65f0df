import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, ProblemError, type Route } from '../../http/route.ts';
import { htmlAnswer, type PageReply, page, paragraph } from '../../pages/page.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { explained, linkForm, tokenField } from '../links/link-page.ts';
import { WrongPassword } from '../passwords/own-password.ts';
import { type EmailChange, EmailTaken } from './email-change.ts';
import type { EmailChangeProof } from './email-change-proof.ts';

const path = '/change-email';

/** Longer than any password may be. */
const typed = z.string().max(1024).catch('');

/** What is said above the form when the password was not accepted, by the problem's type. */
const FAULTS: Record<string, string> = {
  [WrongPassword.type]: 'This is not the password of the account that asked for this address.',
  [TooManyGuesses.type]: 'There were several wrong passwords. Wait a little, then try again.',
};

const explainedHere = (work: () => Promise<PageReply>) =>
  explained(
    work,
    {},
    { [EmailTaken.type]: 'In the meantime the address has become that of another account, so yours stays as it was.' },
  );

/** The page behind the link that goes to a new address; as with verification, only its button changes anything. */
export function changeEmailPage(proof: EmailChangeProof, change: EmailChange, database: Database): Route[] {
  const own = { path, tags: ['pages'], auth: 'none' as const, hidden: true, responses: htmlAnswer };
  return [
    defineRoute({
      ...own,
      method: 'get',
      operationId: 'showChangeEmail',
      summary: 'Asks before changing an address',
      query: z.object({ token: tokenField }),
      handle: ({ query }) =>
        explainedHere(async () => {
          await proof.check(database, query.token);
          return passwordForm(200, query.token);
        }),
    }),
    defineRoute({
      ...own,
      method: 'post',
      operationId: 'submitChangeEmail',
      summary: 'Changes an address from the page',
      bodyType: 'form',
      body: z.object({ token: tokenField, password: typed }),
      handle: ({ body: { token, password }, context, transaction }) =>
        explainedHere(async () => {
          try {
            const proven = await proof.prove(database, token, password, context);
            return await transaction(async (tx) => {
              await change.confirm(tx, proven, context);
              const content = paragraph('Sign in with your new address from now on.');
              return page({ status: 200, title: 'Your address is changed', content });
            });
          } catch (error) {
            const fault = error instanceof ProblemError ? FAULTS[error.type] : undefined;
            if (!(error instanceof ProblemError) || fault === undefined) throw error;
            // Those of FAULTS are 403 and 429.
            const form = passwordForm(error.status as PageReply['status'], token, fault);
            return { ...form, headers: { ...form.headers, ...error.headers } };
          }
        }),
    }),
  ];
}

/** Asks for the account's password: following the link alone would give the address to whoever asked for the change. */
function passwordForm(status: PageReply['status'], token: string, fault?: string): PageReply {
  const content = [
    ...(fault === undefined ? [] : [paragraph(fault, 'fault')]),
    paragraph(
      'Type the password of the account that is to have this address. From then on you sign in with the address, and mails go to it.',
    ),
    linkForm(
      path,
      token,
      'Use this address',
      `<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
`,
    ),
    paragraph('You did not ask for this? Close this page: without the password, nothing changes.'),
  ].join('\n');
  return page({ status, title: 'Use this e-mail address', content });
}
