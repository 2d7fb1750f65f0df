import { z } from 'zod';
import { NotFound } from '../../http/problems.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { LastAdminKept } from '../roles/last-admin.ts';
import { PERMISSIONS } from '../roles/permissions.ts';
import { idField, searchText } from '../users/fields.ts';
import { pageOf, pageQuery, toPage } from '../users/keyset-page.ts';
import type { UserStore } from '../users/user-store.ts';
import type { AccountSwitch } from './account-switch.ts';
import { adminExample, adminView, adminViewOf } from './admin-views.ts';

const tags = ['administration'];
const params = z.strictObject({ id: idField });
const withId = { parameters: { id: '$response.body#/id' } };
const user = {
  description: 'The user.',
  schema: adminView,
  example: adminExample,
  links: {
    roles: { operationId: 'getUserRoles', ...withId },
    disable: { operationId: 'disableUser', ...withId },
    enable: { operationId: 'enableUser', ...withId },
    removeTwoFactor: { operationId: 'removeUserTwoFactor', ...withId },
  },
};
const first = { parameters: { id: '$response.body#/items/0/id' } };

export function userAdminRoutes(users: UserStore, accounts: AccountSwitch): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/users',
      operationId: 'listUsers',
      summary: 'Search users',
      description:
        'Newest first. `search` is part of a name or of the address, whatever its case and accents. Go on with `after` = `next_after`.',
      tags,
      auth: { permission: PERMISSIONS.readUsers },
      query: z.strictObject({ search: searchText.optional(), ...pageQuery }),
      responses: {
        200: {
          description: 'A page of users.',
          schema: pageOf(adminView),
          example: { items: [adminExample], next_after: null },
          links: {
            next: { operationId: 'listUsers', parameters: { after: '$response.body#/next_after' } },
            user: { operationId: 'getUserById', ...first },
            roles: { operationId: 'getUserRoles', ...first },
            setRoles: { operationId: 'setUserRoles', ...first, requestBody: { roles: ['admin', 'user'] } },
          },
        },
      },
      handle: ({ query, transaction }) =>
        transaction(async (tx) => {
          const { search, after, limit } = query;
          const { items, next_after } = toPage(await users.page(tx, { search, after, limit: limit + 1 }), limit);
          return { status: 200, body: { items: items.map(adminViewOf), next_after } };
        }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/users/:id',
      operationId: 'getUserById',
      summary: 'One user',
      tags,
      auth: { permission: PERMISSIONS.readUsers },
      params,
      responses: { 200: user },
      handle: ({ params: { id }, transaction }) =>
        transaction(async (tx) => {
          const found = await users.byId(tx, id);
          if (!found) throw NotFound.error({ detail: 'No such user.' });
          return { status: 200, body: adminViewOf(found) };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/users/:id/disable',
      operationId: 'disableUser',
      summary: 'Close an account to its owner',
      description:
        'Ends all their sessions immediately; access tokens that other services check by themselves stay valid for up to ten minutes.',
      tags,
      auth: { permission: PERMISSIONS.disableUsers },
      recentSignIn: true,
      params,
      responses: { 200: { ...user, example: { ...adminExample, disabled_at: '2026-11-23T12:30:00.000Z' } } },
      problems: [LastAdminKept],
      handle: ({ params: { id }, principal, context, transaction }) =>
        transaction(async (tx) => {
          return {
            status: 200,
            body: adminViewOf(await accounts.disable(tx, id, { actorId: principal.userId, context })),
          };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/users/:id/enable',
      operationId: 'enableUser',
      summary: 'Open a disabled account again',
      tags,
      auth: { permission: PERMISSIONS.disableUsers },
      recentSignIn: true,
      params,
      responses: { 200: user },
      handle: ({ params: { id }, principal, context, transaction }) =>
        transaction(async (tx) => {
          return {
            status: 200,
            body: adminViewOf(await accounts.enable(tx, id, { actorId: principal.userId, context })),
          };
        }),
    }),
  ];
}
