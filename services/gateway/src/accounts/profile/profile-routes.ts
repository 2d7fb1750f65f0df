import type { Database } from '@postern/runtime';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import { accountExample, accountView, viewOf } from './account-view.ts';

const ownView = accountView.extend({ roles: z.array(z.string()), permissions: z.array(z.string()) });

export function profileRoutes(live: LiveAccounts, database: Database): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/auth/user',
      operationId: 'getUser',
      summary: 'Who am I',
      description:
        'Roles and permissions are those of the access token: after a change they are new with the next refresh.',
      tags: ['account'],
      auth: 'user',
      responses: {
        200: {
          description: 'The signed-in person.',
          schema: ownView,
          example: { ...accountExample, roles: ['user'], permissions: [] },
        },
      },
      handle: async ({ principal }) => {
        const user = await live.require(database, principal);
        return { status: 200, body: { ...viewOf(user), roles: principal.roles, permissions: principal.permissions } };
      },
    }),
  ];
}
