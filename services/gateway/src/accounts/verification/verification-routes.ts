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
import { signUpSecretExample } from '../registration/registration-routes.ts';
import type { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { SignUpProofRequired, WrongSignUpPassword } from '../sign-ups/sign-up-proof.ts';
import { currentPassword, email } from '../users/fields.ts';
import type { Verification } from './verification.ts';
import type { VerificationRequests } from './verification-requests.ts';

/** A link's token is at most 107 characters; longer ones are not ours, and are answered as broken links. */
export const linkTokenField = z.string().min(1).max(200);

export const linkTokenExample =
  '2026-11.AZk0bq7wc6mYQkR1Jm2b0CnG4mP9rT2vX5yB8dE1hK3nQ6sU9wZ0cF4jM7pR1tV5AZk0bq7wc6mYQkR1Jm2b0Q';

/** A sign-up secret is 43 characters; others prove nothing. */
const signUpSecretField = z.string().min(1).max(200);

const accepted = z.strictObject({ status: z.literal('accepted') });

export function verificationRoutes(
  verification: Verification,
  signUpCookie: SignUpCookie,
  config: AccountsConfig,
  database: Database,
): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/verify',
      operationId: 'verifyEmail',
      summary: 'Verify an address',
      description:
        'Uses the token of the link that was mailed after signing up. From then on the person can sign in. It also requires the sign_up_secret of that sign-up or, in another browser, the password: a stranger may have signed up with the address, and then whoever reads the mail has neither. With `Session-Mode: cookie` the secret may come in the cookie that the registration has set. When both are missing or wrong, nothing is used up.',
      tags: ['sign-up'],
      auth: 'none',
      cookies: true,
      body: z.strictObject({
        token: linkTokenField,
        sign_up_secret: signUpSecretField.optional(),
        password: currentPassword.optional(),
      }),
      idempotent: true,
      limits: [linkLimit(config, 'verify-email')],
      requestExample: { token: linkTokenExample, sign_up_secret: signUpSecretExample },
      responses: {
        200: {
          description: 'The address is verified.',
          schema: z.strictObject({ status: z.literal('verified') }),
          example: { status: 'verified' },
        },
      },
      problems: [...linkProblems, SignUpProofRequired, WrongSignUpPassword, TooManyGuesses, RateLimited, Overloaded],
      handle: async ({ body, context, cookies, transaction }) => {
        const secret = body.sign_up_secret ?? (cookies && signUpCookie.read(context));
        const claim = { secret, password: body.password };
        const proven = await verification.prove(database, body.token, claim, context);
        return transaction(async (tx) => {
          await verification.verify(tx, proven, context);
          return { status: 200, body: { status: 'verified' } };
        });
      },
    }),
  ];
}

/** How often a client may ask for another mail, the same for the API and the page. */
export function resendLimit({ env }: AccountsConfig) {
  return { name: 'resend', per: 'address' as const, max: env.SIGN_UPS_PER_HOUR, windowSeconds: 3600 };
}

export function verificationRequestRoutes(requests: VerificationRequests, config: AccountsConfig): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/resend',
      operationId: 'resendVerification',
      summary: 'Mail the verification link again',
      description:
        'Mails the link of the sign-up that the sign_up_secret belongs to, or else of the newest one with the address. Links that were mailed before stay good. The answer is the same whether there is such a sign-up or not.',
      tags: ['sign-up'],
      auth: 'none',
      body: z.strictObject({ email, sign_up_secret: signUpSecretField.optional() }),
      idempotent: true,
      limits: [resendLimit(config), mailBudget(config, (asked: { email: string }) => asked.email)],
      stepMs: MAIL_STEP_MS,
      requestExample: { email: 'ada@example.com', sign_up_secret: signUpSecretExample },
      responses: {
        202: {
          description: 'If a sign-up with the address waits for verification, a mail is on its way.',
          schema: accepted,
          example: { status: 'accepted' },
        },
      },
      handle: ({ body, context, transaction }) =>
        transaction(async (tx) => {
          await requests.request(tx, body.email, body.sign_up_secret, context);
          return { status: 202, body: { status: 'accepted' } };
        }),
    }),
  ];
}
