import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { TwoFactorIsOff } from '../factors/factor-problems.ts';
import { PERMISSIONS } from '../roles/permissions.ts';
import { idField } from '../users/fields.ts';
import { type FactorRemoval, OwnTwoFactor } from './factor-removal.ts';

/** For administrators: it is the second factor of somebody else. */
export function factorRemovalRoutes(removal: FactorRemoval): Route[] {
  return [
    defineRoute({
      method: 'delete',
      path: '/v1/users/:id/two-factor',
      operationId: 'removeUserTwoFactor',
      summary: 'Remove the second factor of a person who has lost it',
      description:
        'Make sure who is asking: from then on their password alone signs in. All their sessions end, and a mail informs them. Not for your own.',
      tags: ['administration'],
      auth: { permission: PERMISSIONS.removeFactors },
      recentSignIn: true,
      params: z.strictObject({ id: idField }),
      responses: { 204: { description: 'It is off.' } },
      problems: [OwnTwoFactor, TwoFactorIsOff],
      handle: ({ params: { id }, principal, context, transaction }) =>
        transaction(async (tx) => {
          await removal.remove(tx, id, { actorId: principal.userId, context });
          return { status: 204 };
        }),
    }),
  ];
}
