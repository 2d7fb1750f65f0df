import { shownAddress } from '@postern/events';
import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { RateLimited } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { changeLimit } from '../change-limit.ts';
import type { AccountsConfig } from '../config.ts';
import { TwoFactorIsOff, TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import { TooManyGuesses } from '../guessing/guesses.ts';
import { codeField } from '../users/fields.ts';
import type { Enrolments } from './enrolments.ts';
import { qrCode } from './qr-code.ts';
import { totpUri } from './totp.ts';
import { TwoFactorIsOn } from './two-factor-setup.ts';

const tags = ['second factor'];

const enrolment = z
  .strictObject({ secret: z.string(), otpauth_uri: z.string(), qr_svg: z.string() })
  .meta({ id: 'TotpEnrolment' });
const codes = z.strictObject({ recovery_codes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' });
const codesExample = { recovery_codes: ['4T7K2MA-9QX3ZBC-H6W1RCD-8JD5VNE'] };
const state = z
  .strictObject({
    enabled: z.boolean(),
    enabled_at: z.iso.datetime().nullable(),
    /** Since when codes of the app are not accepted, after too many wrong ones. */
    locked_at: z.iso.datetime().nullable(),
    recovery_codes_left: z.int(),
  })
  .meta({ id: 'TwoFactorState' });

export function twoFactorRoutes(enrolments: Enrolments, config: AccountsConfig, database: Database): Route[] {
  // What the app shows above the code.
  const issuer = config.env.PRODUCT_NAME;
  return [
    defineRoute({
      method: 'get',
      path: '/v1/auth/two-factor',
      operationId: 'getTwoFactor',
      summary: 'Is a second factor set up',
      tags,
      auth: 'user',
      responses: {
        200: {
          description: 'The state of the second factor.',
          schema: state,
          example: {
            enabled: true,
            enabled_at: '2026-11-23T12:00:00.000Z',
            locked_at: null,
            recovery_codes_left: 10,
          },
        },
      },
      handle: ({ principal, transaction }) =>
        transaction(async (tx) => {
          const { enabledAt, lockedAt, codesLeft } = await enrolments.state(tx, principal);
          return {
            status: 200,
            body: {
              enabled: enabledAt !== null,
              enabled_at: enabledAt?.toISOString() ?? null,
              locked_at: lockedAt?.toISOString() ?? null,
              recovery_codes_left: codesLeft,
            },
          };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/two-factor/totp',
      operationId: 'enrolTotp',
      summary: 'Set up an authenticator app',
      description:
        'Gives a secret for the app, as text, as otpauth URI and as QR code. It counts once a code has confirmed it.',
      tags,
      auth: 'user',
      recentSignIn: true,
      limits: [changeLimit(config)],
      responses: {
        201: {
          description: 'Show the QR code, then confirm with a code.',
          schema: enrolment,
          example: {
            secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
            otpauth_uri:
              'otpauth://totp/Postern:ada%40example.com?issuer=Postern&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
            qr_svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
          },
        },
      },
      problems: [TwoFactorIsOn],
      handle: ({ principal, transaction }) =>
        transaction(async (tx) => {
          const { user, secret } = await enrolments.begin(tx, principal);
          const { uri, base32 } = totpUri(secret, shownAddress(user.email), issuer);
          const body = { secret: base32, otpauth_uri: uri, qr_svg: await qrCode(uri) };
          return { status: 201, body };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/two-factor/totp/confirm',
      operationId: 'confirmTotp',
      summary: 'Turn the second factor on',
      description:
        'From then on a sign-in asks for a code, and all other sessions end. The recovery codes are shown this once: keep them.',
      tags,
      auth: 'user',
      recentSignIn: true,
      body: z.strictObject({ code: codeField }),
      requestExample: { code: '123456' },
      responses: { 200: { description: 'It is on.', schema: codes, example: codesExample } },
      problems: [WrongCode, TwoFactorLocked, TooManyGuesses, RateLimited, TwoFactorIsOn, TwoFactorIsOff],
      handle: async ({ body, principal, context, transaction }) => {
        const checked = await enrolments.check(database, principal, body.code, context);
        return enrolments.recording(checked, context, () =>
          transaction(async (tx) => ({
            status: 200,
            body: { recovery_codes: await enrolments.confirm(tx, principal, checked, context) },
          })),
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/auth/two-factor/recovery-codes',
      operationId: 'renewRecoveryCodes',
      summary: 'Get new recovery codes',
      description: 'The old ones are void.',
      tags,
      auth: 'user',
      recentSignIn: true,
      limits: [
        changeLimit(config),
        { name: 'recovery-codes', per: 'account', max: config.env.MAILS_PER_HOUR, windowSeconds: 3_600 },
      ],
      responses: { 200: { description: 'Shown this once.', schema: codes, example: codesExample } },
      problems: [TwoFactorIsOff],
      handle: ({ principal, context, transaction }) =>
        transaction(async (tx) => ({
          status: 200,
          body: { recovery_codes: await enrolments.renewCodes(tx, principal, context) },
        })),
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/auth/two-factor',
      operationId: 'disableTwoFactor',
      summary: 'Remove the second factor',
      tags,
      auth: 'user',
      recentSignIn: true,
      responses: { 204: { description: 'It is off.' } },
      problems: [TwoFactorIsOff],
      handle: ({ principal, context, transaction }) =>
        transaction(async (tx) => {
          await enrolments.disable(tx, principal, context);
          return { status: 204 };
        }),
    }),
  ];
}
