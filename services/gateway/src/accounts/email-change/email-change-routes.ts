import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { RateLimited } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { linkLimit } from '../links/link-limit.ts';
import { linkProblems } from '../links/link-problems.ts';
import { MAIL_STEP_MS, mailBudget } from '../mail-budget.ts';
import { Overloaded } from '../passwords/hash-queue.ts';
import { WrongPassword } from '../passwords/own-password.ts';
import { currentPassword, email } from '../users/fields.ts';
import { linkTokenExample, linkTokenField } from '../verification/verification-routes.ts';
import { type EmailChange, EmailTaken } from './email-change.ts';
import type { EmailChangeProof } from './email-change-proof.ts';
import type { EmailChangeRequests } from './email-change-requests.ts';

const tags = ['account'];

export function emailChangeRequestRoutes(requests: EmailChangeRequests, config: AccountsConfig): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/change',
      operationId: 'requestEmailChange',
      summary: 'Move to another address',
      description:
        'Mails a link to the new address and a notice to the old one. The answer is the same when the new address has an account; then its owner is informed instead.',
      tags,
      auth: 'user',
      recentSignIn: true,
      body: z.strictObject({ new_email: email }),
      idempotent: true,
      limits: [
        { name: 'email-change', per: 'account', max: config.env.MAILS_PER_HOUR, windowSeconds: 3600 },
        mailBudget(config, (asked: { new_email: string }) => asked.new_email),
      ],
      stepMs: MAIL_STEP_MS,
      requestExample: { new_email: 'ada.lovelace@example.com' },
      responses: {
        202: {
          description: 'Follow the link that was mailed to the new address. Until then the old one counts.',
          schema: z.strictObject({ status: z.literal('accepted') }),
          example: { status: 'accepted' },
        },
      },
      handle: ({ body, principal, context, transaction }) =>
        transaction(async (tx) => {
          await requests.request(tx, principal, body.new_email, context);
          return { status: 202, body: { status: 'accepted' } };
        }),
    }),
  ];
}

export function emailChangeRoutes(
  proof: EmailChangeProof,
  change: EmailChange,
  config: AccountsConfig,
  database: Database,
): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/change/confirm',
      operationId: 'confirmEmailChange',
      summary: 'Confirm the new address',
      description:
        'Uses the token of the link up. It requires no sign-in, since the link may be followed on another device, but the password of the account that asked: anybody can ask to move to your address, and following their mail must not give it to them.',
      tags,
      auth: 'none',
      body: z.strictObject({ token: linkTokenField, password: currentPassword }),
      idempotent: true,
      limits: [linkLimit(config, 'change-email')],
      requestExample: { token: linkTokenExample, password: 'correct horse battery staple' },
      responses: {
        200: {
          description: 'The new address counts from now on.',
          schema: z.strictObject({ status: z.literal('email_changed') }),
          example: { status: 'email_changed' },
        },
      },
      problems: [...linkProblems, WrongPassword, TooManyGuesses, RateLimited, Overloaded, EmailTaken],
      handle: async ({ body: { token, password }, context, transaction }) => {
        const proven = await proof.prove(database, token, password, context);
        return change.recording(proven, context, () =>
          transaction(async (tx) => {
            await change.confirm(tx, proven, context);
            return { status: 200, body: { status: 'email_changed' } };
          }),
        );
      },
    }),
  ];
}
