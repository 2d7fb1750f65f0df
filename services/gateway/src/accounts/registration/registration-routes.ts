import { shownAddress } from '@postern/events';
import type { Metrics } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import { Overloaded } from '../passwords/hash-queue.ts';
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
});

export function registrationRoutes(registration: Registration, { env }: AccountsConfig, metrics: Metrics): Route[] {
  const registrations = metrics.counter('user_registrations_total', 'Sign-ups that were accepted').labels({});
  return [
    defineRoute({
      method: 'post',
      path: '/v1/auth/register',
      operationId: 'register',
      summary: 'Sign up',
      description:
        'Creates an account and mails a link that verifies the address. The answer is the same when the address already has an account; its owner is told by mail.',
      tags: ['sign-up'],
      auth: 'none',
      body,
      idempotent: true,
      limits: [
        { name: 'sign-up', per: 'address', max: env.SIGN_UPS_PER_HOUR, windowSeconds: 3600 },
        {
          name: 'sign-up-mails',
          per: ({ body: { email: recipient } }) => recipient,
          max: env.MAILS_PER_HOUR,
          windowSeconds: 3600,
        },
      ],
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
          description: 'Accepted. Follow the link in the mail.',
          schema: answer,
          example: {
            email: 'ada@example.com',
            status: 'verification_pending',
            verification_expires_at: '2026-11-24T12:00:00.000Z',
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
          context.signal,
        );
        const reply = await transaction(async (tx) => ({
          status: 201,
          body: {
            email: shownAddress(prepared.email),
            status: 'verification_pending',
            verification_expires_at: await registration.register(tx, prepared, context),
          },
        }));
        registrations.inc();
        return reply;
      },
    }),
  ];
}
