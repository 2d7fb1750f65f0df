import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { linkProblems } from '../links/link-problems.ts';
import { email } from '../users/fields.ts';
import type { Verification } from './verification.ts';

/** A link's token is at most 107 characters; longer ones are not ours, and are answered as broken links. */
export const linkTokenField = z.string().min(1).max(200);

export const linkTokenExample =
  '2026-11.AZk0bq7wc6mYQkR1Jm2b0CnG4mP9rT2vX5yB8dE1hK3nQ6sU9wZ0cF4jM7pR1tV5AZk0bq7wc6mYQkR1Jm2b0Q';

export function verificationRoutes(verification: Verification, { env }: AccountsConfig): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/verify',
      operationId: 'verifyEmail',
      summary: 'Verify an address',
      description: 'Uses the token of the link that was mailed after signing up. From then on the person can sign in.',
      tags: ['sign-up'],
      auth: 'none',
      body: z.strictObject({ token: linkTokenField }),
      idempotent: true,
      requestExample: { token: linkTokenExample },
      responses: {
        200: {
          description: 'The address is verified.',
          schema: z.strictObject({ status: z.literal('verified') }),
          example: { status: 'verified' },
        },
      },
      problems: linkProblems,
      handle: ({ body, context, transaction }) =>
        transaction(async (tx) => {
          await verification.verify(tx, body.token, context);
          return { status: 200, body: { status: 'verified' } };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/email/resend',
      operationId: 'resendVerification',
      summary: 'Mail another verification link',
      description: 'The answer is the same whether the address has an account that waits for verification or not.',
      tags: ['sign-up'],
      auth: 'none',
      body: z.strictObject({ email }),
      idempotent: true,
      limits: [
        { name: 'resend', per: 'address', max: env.SIGN_UPS_PER_HOUR, windowSeconds: 3600 },
        { name: 'resend-mails', per: ({ body }) => body.email, max: env.MAILS_PER_HOUR, windowSeconds: 3600 },
      ],
      requestExample: { email: 'ada@example.com' },
      responses: {
        202: {
          description: 'If the address waits for verification, a mail is on its way. Older links are void.',
          schema: z.strictObject({ status: z.literal('accepted') }),
          example: { status: 'accepted' },
        },
      },
      handle: ({ body, context, transaction }) =>
        transaction(async (tx) => {
          await verification.resend(tx, body.email, context);
          return { status: 202, body: { status: 'accepted' } };
        }),
    }),
  ];
}
