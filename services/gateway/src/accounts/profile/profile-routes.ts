import { z } from 'zod';
import { defineRoute, type Principal, type Route } from '../../http/route.ts';
import { changeLimit } from '../change-limit.ts';
import type { AccountsConfig } from '../config.ts';
import type { AccountAccess } from '../sessions/account-access.ts';
import { firstName, lastName, locale, mobileNumber } from '../users/fields.ts';
import type { User } from '../users/user.ts';
import { accountExample, accountView, viewOf } from './account-view.ts';
import type { ProfileChanges } from './profile-changes.ts';

const tags = ['account'];

const ownView = accountView
  .extend({ roles: z.array(z.string()), permissions: z.array(z.string()) })
  .meta({ id: 'User' });
const example = { ...accountExample, roles: ['user'], permissions: [] };

const changes = z
  .strictObject({
    first_name: firstName,
    last_name: lastName,
    mobile_number: mobileNumber.nullable(),
    locale,
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, {
    message: 'Name at least one field to change',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ minProperties: 1 });

export function profileRoutes(access: AccountAccess, profile: ProfileChanges, config: AccountsConfig): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/auth/user',
      operationId: 'getUser',
      summary: 'Who am I',
      description:
        'Roles and permissions are those of the access token: after a change they are new with the next refresh.',
      tags,
      auth: 'user',
      responses: { 200: { description: 'The signed-in person.', schema: ownView, example } },
      handle: async ({ principal, context }) => ({ status: 200, body: own(access.personOf(context), principal) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/v1/auth/user',
      operationId: 'updateUser',
      summary: 'Change your details',
      description:
        'Fields that are left out stay. `mobile_number: null` removes the number. The address has its own way.',
      tags,
      auth: 'user',
      body: changes,
      limits: [changeLimit(config)],
      requestExample: { first_name: 'Augusta' },
      responses: { 200: { description: 'The person as they are now.', schema: ownView, example } },
      handle: ({ body, principal, context, transaction }) =>
        transaction(async (tx) => {
          const change = {
            firstName: body.first_name,
            lastName: body.last_name,
            mobileNumber: body.mobile_number,
            locale: body.locale,
          };
          return { status: 200, body: own(await profile.apply(tx, principal, change, context), principal) };
        }),
    }),
  ];
}

function own(user: User, { roles, permissions }: Principal) {
  return { ...viewOf(user), roles: [...roles], permissions: [...permissions] };
}
