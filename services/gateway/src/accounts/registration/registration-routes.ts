import { shownAddress } from '@postern/events';
import type { Metrics } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { MAIL_STEP_MS, mailBudget } from '../mail-budget.ts';
import { Overloaded } from '../passwords/hash-queue.ts';
import type { SignUpCookie } from '../sign-ups/sign-up-cookie.ts';
import { email, firstName, lastName, locale, mobileNumber, shownEmail } from '../users/fields.ts';
import { isConfirmed, newPasswordFields, notConfirmed } from '../users/new-password-fields.ts';
import type { Registration } from './registration.ts';

/** BCP 47; what mails are written in when a person names no language. */
const DEFAULT_LOCALE = 'en';

const body = z
  .strictObject({
    first_name: firstName,
    last_name: lastName,
    email,
    ...newPasswordFields,
    mobile_number: mobileNumber.nullish(),
    locale: locale.optional(),
  })
  .refine(isConfirmed, notConfirmed);

const answer = z.strictObject({
  email: shownEmail,
  status: z.literal('verification_pending'),
  verification_expires_at: z.iso.datetime(),
  /** Keep it where you signed up: with it, the mailed link works without the password. */
  sign_up_secret: z.string(),
});

export const signUpSecretExample = '3q2-7wAAzM1v9Zr5n0yKcXUeH8tBoGfJsLdPiQaWbRk';

export function registrationRoutes(
  registration: Registration,
  cookie: SignUpCookie,
  config: AccountsConfig,
  metrics: Metrics,
): Route[] {
  const registrations = metrics.counter('user_registrations_total', 'Sign-ups that were accepted').labels({});
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/register',
      operationId: 'register',
      summary: 'Sign up',
      description:
        'Mails a link. Whoever follows it with the sign_up_secret of this answer, or with the password, has the account that this request describes; until then it has no effect. The answer is the same when the address already has an account; its owner is informed by mail.',
      tags: ['sign-up'],
      auth: 'none',
      body,
      idempotent: true,
      limits: [
        { name: 'sign-up', per: 'address', max: config.env.SIGN_UPS_PER_HOUR, windowSeconds: 3600 },
        mailBudget(config, (asked: { email: string }) => asked.email),
      ],
      stepMs: MAIL_STEP_MS,
      requestExample: {
        first_name: 'Ada',
        last_name: 'Lovelace',
        email: 'ada@example.com',
        password: 'correct horse battery staple',
        password_confirmation: 'correct horse battery staple',
        mobile_number: '+4915112345678',
        locale: 'en',
      },
      responses: {
        201: {
          links: {
            resend: { operationId: 'resendVerification', requestBody: { email: '$response.body#/email' } },
            login: {
              operationId: 'login',
              requestBody: { email: '$request.body#/email', password: '$request.body#/password' },
            },
          },
          description: 'Accepted. Follow the link in the mail.',
          headers: {
            'set-cookie': 'The sign_up_secret once more, for the page behind the link where the gateway hosts it',
          },
          schema: answer,
          example: {
            email: 'ada@example.com',
            status: 'verification_pending',
            verification_expires_at: '2026-11-24T12:00:00.000Z',
            sign_up_secret: signUpSecretExample,
          },
        },
      },
      problems: [Overloaded],
      furtherFaults: async ({ body: { password, email: address, first_name, last_name } }) => {
        const owner = { email: address, firstName: first_name, lastName: last_name };
        return password === undefined ? [] : registration.passwordFaults(password, owner);
      },
      handle: async ({ body: input, context, transaction }) => {
        const prepared = await registration.prepare(
          {
            firstName: input.first_name,
            lastName: input.last_name,
            email: input.email,
            password: input.password,
            mobileNumber: input.mobile_number ?? null,
            locale: input.locale ?? DEFAULT_LOCALE,
          },
          context,
        );
        const reply = await transaction(async (tx) => {
          const { secret, linkExpiresAt } = await registration.register(tx, prepared, context);
          return {
            status: 201,
            headers: { 'set-cookie': cookie.set(secret) },
            body: {
              email: shownAddress(prepared.email),
              status: 'verification_pending',
              verification_expires_at: linkExpiresAt,
              sign_up_secret: secret,
            },
          };
        });
        registrations.inc();
        return reply;
      },
    }),
  ];
}
