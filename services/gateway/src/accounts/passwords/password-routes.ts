import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { RateLimited } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { CodeRequired, TwoFactorIsOff, TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { renewedAccessCookie } from '../sessions/sign-in-answer.ts';
import { tokenPair, tokenPairExample } from '../sessions/token-pairs.ts';
import { codeField, currentPassword } from '../users/fields.ts';
import { isConfirmed, newPasswordFields, notConfirmed } from '../users/new-password-fields.ts';
import { Overloaded } from './hash-queue.ts';
import { WrongPassword } from './own-password.ts';
import type { PasswordChange } from './password-change.ts';
import type { PasswordConfirmation } from './password-confirmation.ts';

const tags = ['account'];
const problems = [
  WrongPassword,
  CodeRequired,
  WrongCode,
  TwoFactorLocked,
  TwoFactorIsOff,
  TooManyGuesses,
  RateLimited,
  Overloaded,
];
const code = codeField.optional();
const whichCode = 'Needed where the account has a second factor: of the app, or a recovery code.';
/** Where nobody can have one, there is no such field; a code would be refused all the same. */
export const ownCode = ({ offered }: SecondFactors, description = whichCode): { code: typeof code } =>
  (offered ? { code: code.describe(description) } : {}) as { code: typeof code };

export function passwordRoutes(
  change: PasswordChange,
  confirmation: PasswordConfirmation,
  factors: SecondFactors,
  database: Database,
): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/password/change',
      operationId: 'changePassword',
      summary: 'Change your password',
      description:
        'Requires the old password. All other sessions end, as do sign-ins that are half done and links to set another password; a mail reports it.',
      tags,
      auth: 'user',
      body: z
        .strictObject({ current_password: currentPassword, ...ownCode(factors), ...newPasswordFields })
        .refine(isConfirmed, notConfirmed),
      idempotent: true,
      requestExample: {
        current_password: 'correct horse battery staple',
        password: 'a new and better passphrase',
        password_confirmation: 'a new and better passphrase',
      },
      responses: {
        200: {
          description: 'The new password counts from now on.',
          schema: z.strictObject({ status: z.literal('password_changed') }),
          example: { status: 'password_changed' },
        },
      },
      problems,
      furtherFaults: async ({ body: { password }, principal }) =>
        password === undefined ? [] : change.passwordFaults(database, principal, password),
      handle: async ({ body, principal, context, transaction }) => {
        const passwords = { password: body.current_password, code: body.code, next: body.password };
        const prepared = await change.prepare(database, principal, passwords, context);
        return change.recording(prepared, context, () =>
          transaction(async (tx) => {
            await change.change(tx, prepared, principal, context);
            return { status: 200, body: { status: 'password_changed' } };
          }),
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/password/confirm',
      operationId: 'confirmPassword',
      summary: 'Prove yourself again',
      description:
        'Returns tokens that sensitive operations accept for a while (those that answer recent-sign-in-required).',
      tags,
      auth: 'user',
      body: z.strictObject({ password: currentPassword, ...ownCode(factors) }),
      requestExample: { password: 'correct horse battery staple' },
      responses: {
        200: { description: 'New tokens for this session.', schema: tokenPair, example: tokenPairExample },
        204: renewedAccessCookie,
      },
      problems,
      handle: async ({ body, principal, context, cookies, transaction }) => {
        const proven = await confirmation.prove(
          database,
          principal,
          { password: body.password, code: body.code },
          context,
        );
        return confirmation.recording(proven, context, () =>
          transaction(async (tx) => {
            const keepsRefreshToken = cookies !== undefined;
            const pair = await confirmation.confirm(tx, proven, principal, context, { keepsRefreshToken });
            return cookies ? { status: 204, cookies: [cookies.setAccess(pair)] } : { status: 200, body: pair };
          }),
        );
      },
    }),
  ];
}
