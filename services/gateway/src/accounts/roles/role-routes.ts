import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { idField } from '../users/fields.ts';
import { LastAdminKept } from './last-admin.ts';
import { PERMISSIONS } from './permissions.ts';
import { AccountNotActive, type RoleAssignment } from './role-assignment.ts';
import type { RoleStore } from './role-store.ts';

const tags = ['administration'];
const path = '/v1/users/:id/roles';
const params = z.strictObject({ id: idField });
const rolesView = z.strictObject({ roles: z.array(z.string()) }).meta({ id: 'UserRoles' });
const roles = { description: 'The roles of the user.', schema: rolesView, example: { roles: ['admin', 'user'] } };
const roleView = z
  .strictObject({ name: z.string(), description: z.string(), permissions: z.array(z.string()) })
  .meta({ id: 'Role' });

export function roleRoutes(assignment: RoleAssignment, store: RoleStore): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/roles',
      operationId: 'listRoles',
      summary: 'The roles there are',
      tags,
      auth: { permission: PERMISSIONS.readRoles },
      responses: {
        200: {
          description: 'All roles and what they permit.',
          schema: z.strictObject({ roles: z.array(roleView) }),
          example: { roles: [{ name: 'user', description: 'Everybody who signs up', permissions: [] }] },
        },
      },
      handle: ({ transaction }) =>
        transaction(async (tx) => {
          return { status: 200, body: { roles: await store.all(tx) } };
        }),
    }),
    defineRoute({
      method: 'get',
      path,
      operationId: 'getUserRoles',
      summary: 'The roles of a user',
      tags,
      auth: { permission: PERMISSIONS.readRoles },
      params,
      responses: { 200: roles },
      handle: ({ params: { id }, transaction }) =>
        transaction(async (tx) => {
          return { status: 200, body: { roles: await assignment.of(tx, id) } };
        }),
    }),
    defineRoute({
      method: 'put',
      path,
      operationId: 'setUserRoles',
      summary: 'Set the roles of a user',
      description:
        'Exactly these, of those that there are: one that is left out is taken away. They apply immediately here, and elsewhere with the next refresh of the access token.',
      tags,
      auth: { permission: PERMISSIONS.writeRoles },
      recentSignIn: true,
      params,
      body: z.strictObject({ roles: z.array(z.string()).max(20) }),
      requestExample: { roles: ['admin', 'user'] },
      responses: { 200: roles },
      problems: [LastAdminKept, AccountNotActive],
      handle: ({ params: { id }, body, principal, context, transaction }) =>
        transaction(async (tx) => {
          const set = await assignment.set(tx, id, body.roles, { actorId: principal.userId, context });
          return { status: 200, body: { roles: set } };
        }),
    }),
  ];
}
