import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { PERMISSIONS } from '../roles/permissions.ts';
import { idField } from '../users/fields.ts';
import { pageOf, pageQuery, toPage } from '../users/keyset-page.ts';
import { auditExample, auditView, auditViewOf } from './admin-views.ts';

export function auditRoutes(journal: Journal): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/audit-log',
      operationId: 'listAuditLog',
      summary: 'Security events',
      description: 'Newest first: who did what to whom, when, from which network, with what outcome. Ids only.',
      tags: ['administration'],
      auth: { permission: PERMISSIONS.readAudit },
      query: z.strictObject({ subject_id: idField.optional(), actor_id: idField.optional(), ...pageQuery }),
      responses: {
        200: {
          description: 'A page of entries.',
          schema: pageOf(auditView),
          example: { items: [auditExample], next_after: null },
          links: {
            next: { operationId: 'listAuditLog', parameters: { after: '$response.body#/next_after' } },
            actor: { operationId: 'getUserById', parameters: { id: '$response.body#/items/0/actor_id' } },
            subject: { operationId: 'getUserById', parameters: { id: '$response.body#/items/0/subject_id' } },
          },
        },
      },
      handle: ({ query, transaction }) =>
        transaction(async (tx) => {
          const { subject_id: subjectId, actor_id: actorId, after, limit } = query;
          const found = await journal.past(tx, { subjectId, actorId, after, limit: limit + 1 });
          const { items, next_after } = toPage(found, limit);
          return { status: 200, body: { items: items.map(auditViewOf), next_after } };
        }),
    }),
  ];
}
