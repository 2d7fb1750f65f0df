import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountsConfig } from '../config.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import { accountExample } from '../profile/account-view.ts';
import { LastAdminKept } from '../roles/last-admin.ts';
import { ended } from '../sessions/session-routes.ts';
import { sessionExample } from '../sessions/session-view.ts';
import { type DataExport, type ExportView, exportView, sinceWhen } from './data-export.ts';
import type { Erasure } from './erasure.ts';

const tags = ['privacy'];

const example: Omit<ExportView, 'second_factor_since'> = {
  exported_at: '2026-11-23T12:30:00.000Z',
  account: accountExample,
  roles: ['user'],
  sessions: [sessionExample],
  pending_sign_ups: [],
  activity: [
    {
      at: '2026-11-23T12:00:00.000Z',
      action: 'sign-in',
      outcome: 'success',
      reason: null,
      address_range: '203.0.113.0/24',
    },
  ],
};

export function privacyRoutes(
  dataExport: DataExport,
  erasure: Erasure,
  factors: SecondFactors,
  { env }: AccountsConfig,
): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/auth/user/export',
      operationId: 'exportUser',
      summary: 'Export your data',
      description:
        'Your account, its roles, what protects it and its sessions, what is pending for your address, and what was done with the account.',
      tags,
      auth: 'user',
      limits: [{ name: 'export', per: 'account', max: env.EXPORTS_PER_HOUR, windowSeconds: 3600 }],
      responses: {
        200: {
          description: 'Your data, as JSON.',
          schema: exportView,
          example: { ...example, ...sinceWhen(factors, null) },
        },
      },
      handle: ({ principal, context, transaction }) =>
        transaction(async (tx) => ({
          status: 200,
          body: await dataExport.of(tx, principal, context),
          headers: { 'content-disposition': 'attachment; filename="account.json"' },
        })),
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/auth/user',
      operationId: 'eraseUser',
      summary: 'Erase your account',
      description:
        'Immediately and permanently: names, address, number, sessions and whatever proves who you are is deleted.',
      tags,
      auth: 'user',
      recentSignIn: true,
      responses: {
        204: {
          description: 'There is nothing left.',
          headers: { 'set-cookie': 'With `Session-Mode: cookie`: ends the cookies of the session' },
        },
      },
      problems: [LastAdminKept],
      handle: ({ principal, context, cookies, transaction }) =>
        transaction(async (tx) => {
          await erasure.erase(tx, principal, context);
          return { status: 204, ...ended(cookies) };
        }),
    }),
  ];
}
