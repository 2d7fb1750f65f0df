import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { RateLimited } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { CodeRequired, TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { linkLimit } from '../links/link-limit.ts';
import { linkProblems } from '../links/link-problems.ts';
import { Overloaded } from '../passwords/hash-queue.ts';
import { WrongPassword } from '../passwords/own-password.ts';
import { ownCode } from '../passwords/password-routes.ts';
import { currentPassword } from '../users/fields.ts';
import { linkTokenExample, linkTokenField } from '../verification/verification-routes.ts';
import { EmailTaken } from './email-change.ts';
import type { EmailRestoration } from './email-restoration.ts';
import { AccountDisabled } from './email-restoration-proof.ts';

const whichPassword = 'That of the account, or one that it had in the two weeks before.';
const whichCode =
  'Needed where the account had a second factor two weeks before the change: of the app, or a recovery code. One that was turned on later is removed, and no code is looked at.';

export function emailRestorationRoutes(
  restoration: EmailRestoration,
  factors: SecondFactors,
  config: AccountsConfig,
  database: Database,
): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/change/revert',
      operationId: 'revertEmailChange',
      summary: 'Take back a change of address that was not yours',
      description:
        'Uses up the token of the link in the notice that went to the earlier address. The account goes back there, all sessions and the password end, and a link to a new password is mailed to that address.',
      tags: ['account'],
      auth: 'none',
      body: z.strictObject({
        token: linkTokenField,
        password: currentPassword.describe(whichPassword),
        ...ownCode(factors, whichCode),
      }),
      idempotent: true,
      limits: [linkLimit(config, 'restore-email')],
      requestExample: { token: linkTokenExample, password: 'correct horse battery staple' },
      responses: {
        200: {
          description: 'The earlier address counts again. Follow the link that was mailed to it.',
          schema: z.strictObject({ status: z.literal('email_restored') }),
          example: { status: 'email_restored' },
        },
      },
      problems: [
        ...linkProblems,
        WrongPassword,
        CodeRequired,
        WrongCode,
        TwoFactorLocked,
        TooManyGuesses,
        RateLimited,
        Overloaded,
        EmailTaken,
        AccountDisabled,
      ],
      handle: async ({ body: { token, password, code }, context, transaction }) => {
        const prepared = await restoration.prepare(database, token, { password, code }, context);
        return restoration.recording(prepared, context, () =>
          transaction(async (tx) => {
            await restoration.restore(tx, prepared, context);
            return { status: 200, body: { status: 'email_restored' } };
          }),
        );
      },
    }),
  ];
}
