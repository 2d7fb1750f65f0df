import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { linkLimit } from '../links/link-limit.ts';
import { linkProblems } from '../links/link-problems.ts';
import { MAIL_STEP_MS, resetMailBudget } from '../mail-budget.ts';
import { Overloaded } from '../passwords/hash-queue.ts';
import { email } from '../users/fields.ts';
import { isConfirmed, newPasswordFields, notConfirmed } from '../users/new-password-fields.ts';
import { linkTokenExample, linkTokenField } from '../verification/verification-routes.ts';
import type { Recovery } from './recovery.ts';
import type { RecoveryRequests } from './recovery-requests.ts';

const tags = ['recovery'];

export function recoveryRequestRoutes(requests: RecoveryRequests, config: AccountsConfig): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/password/forgot',
      operationId: 'forgotPassword',
      summary: 'Ask for a link to set a new password',
      description: 'The answer is the same whether the address has an account or not.',
      tags,
      auth: 'none',
      body: z.strictObject({ email }),
      idempotent: true,
      limits: [
        { name: 'recovery', per: 'address', max: config.env.SIGN_UPS_PER_HOUR, windowSeconds: 3600 },
        resetMailBudget(config, (asked: { email: string }) => asked.email),
      ],
      stepMs: MAIL_STEP_MS,
      requestExample: { email: 'ada@example.com' },
      responses: {
        202: {
          description: 'If the address has an account, a mail is on its way. Older links are void.',
          schema: z.strictObject({ status: z.literal('accepted') }),
          example: { status: 'accepted' },
        },
      },
      handle: ({ body, context, transaction }) =>
        transaction(async (tx) => {
          await requests.request(tx, body.email, context);
          return { status: 202, body: { status: 'accepted' } };
        }),
    }),
  ];
}

export function recoveryRoutes(recovery: Recovery, config: AccountsConfig, database: Database): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/password/reset',
      operationId: 'resetPassword',
      summary: 'Set a new password by link',
      description:
        'Uses the token of the link up and ends all sessions. It does not sign in. A password that is refused leaves the link good.',
      tags,
      auth: 'none',
      body: z.strictObject({ token: linkTokenField, ...newPasswordFields }).refine(isConfirmed, notConfirmed),
      idempotent: true,
      limits: [linkLimit(config, 'reset-password')],
      requestExample: {
        token: linkTokenExample,
        password: 'a new and better passphrase',
        password_confirmation: 'a new and better passphrase',
      },
      responses: {
        200: {
          description: 'The new password counts from now on.',
          schema: z.strictObject({ status: z.literal('password_reset') }),
          example: { status: 'password_reset' },
        },
      },
      problems: [...linkProblems, Overloaded],
      furtherFaults: async ({ body: { token, password } }) =>
        password === undefined ? [] : recovery.passwordFaults(database, token, password),
      handle: async ({ body, context, transaction }) => {
        const prepared = await recovery.prepare(database, body.token, body.password, context);
        return transaction(async (tx) => {
          await recovery.reset(tx, prepared, context);
          return { status: 200, body: { status: 'password_reset' } };
        });
      },
    }),
  ];
}
