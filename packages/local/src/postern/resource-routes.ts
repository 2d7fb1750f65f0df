import { dispatching, type EndpointRequest, events, publisherOf, rowId, runtime } from './endpoint-request.ts';
import { changeOf, type Field, namedFields, sampleFields, schemaFields } from './fields.ts';
import type { Names } from './names.ts';
import { quoted } from './source-text.ts';
import { MAX_PER_HOUR } from './store-scaffolds.ts';

/** Rows of a table that are somebody's, for their owner to list, make, read, change and delete. */
export interface ResourceRequest extends EndpointRequest {
  fields: readonly [Field, ...Field[]];
  table: Names;
}

/** What `/docs` says of each operation. */
export function summariesOf({ file }: Names, about: string | undefined) {
  const them = file.replaceAll('-', ' ');
  return {
    list: `Your ${them}, newest first`,
    create: about ?? `Add to your ${them}`,
    read: `One of your ${them}`,
    update: `Change one of your ${them}`,
    delete: `Delete one of your ${them}`,
  };
}

export function resourceRoutes(names: Names, path: string, request: ResourceRequest): string {
  const { type, file, camel, pascal } = names;
  const { fields, table, message, about } = request;
  const [subject = ''] = type.split('.');
  const publisher = message && publisherOf(message);
  const summaries = summariesOf(names, about);
  const id = rowId(request) ?? 'id';
  const dispatched = dispatching(request).map((line) => `          ${line}\n`);
  return `${message ? `import { ${message.names.pascal} } from '${events}';\n` : ''}import { newId } from '${runtime}';
import { z } from 'zod';
import type { LiveAccounts } from '../accounts/sessions/live-accounts.ts';
import { idField } from '../accounts/users/fields.ts';
import { pageOf, pageQuery, toPage } from '../accounts/users/keyset-page.ts';
import { NotFound } from '../http/problems.ts';
import { defineRoute, type Route } from '../http/route.ts';
${publisher ? `import type { ${publisher.port} } from '${publisher.from}';\n` : ''}import type { ${table.pascal}Row, ${table.pascal}Store } from './${table.file}-store.ts';

const tags = ['${subject}'];
const params = z.strictObject({ id: idField });
const fields = { ${schemaFields(fields)} };
const item = z.strictObject(fields);
const changes = item
  .partial()
  .refine((given) => Object.keys(given).length > 0, {
    message: 'Name at least one field to change',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ minProperties: 1 });
const view = z.strictObject({ id: z.guid(), ...fields, created_at: z.iso.datetime() }).meta({ id: '${pascal}Item' });

const requestExample = { ${sampleFields(fields)} };
const example = { id: '0197a1c2-0000-7000-8000-000000000001', ...requestExample, created_at: '2026-01-31T10:00:00.000Z' };
const one = { description: 'It.', schema: view, example };

export function ${camel}Routes(live: LiveAccounts, store: ${table.pascal}Store${publisher ? `, ${publisher.name}: ${publisher.port}` : ''}): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '${path}',
      operationId: '${camel}List',
      summary: ${quoted(summaries.list)},
      description: 'Go on with \`after\` = \`next_after\`.',
      tags,
      auth: 'user',
      query: z.strictObject(pageQuery),
      responses: {
        200: { description: 'A page of them.', schema: pageOf(view), example: { items: [example], next_after: null } },
      },
      handle: ({ query: { after, limit }, principal, transaction }) =>
        transaction(async (tx) => {
          const user = await live.require(tx, principal);
          const { items, next_after } = toPage(await store.page(tx, user.id, { after, limit: limit + 1 }), limit);
          return { status: 200, body: { items: items.map(viewOf), next_after } };
        }),
    }),
    defineRoute({
      method: 'post',
      path: '${path}',
      operationId: '${camel}Create',
      summary: ${quoted(summaries.create)},
      tags,
      auth: 'user',
      idempotent: true,
      body: item,
      requestExample,
      limits: [{ name: '${file}', per: 'account', max: ${MAX_PER_HOUR}, windowSeconds: 3_600 }],
      responses: { 201: { ...one, description: 'It is kept.' } },
      handle: ({ body, principal, transaction${message ? ', context: { traceparent }' : ''} }) =>
        transaction(async (tx) => {
          const user = await live.requireLocked(tx, principal);
          const ${id} = newId();
          const row = await store.add(tx, { ${id === 'id' ? id : `id: ${id}`}, user_id: user.id, ${namedFields(fields, 'body')} });
${dispatched.join('')}          return { status: 201, body: viewOf(row) };
        }),
    }),
    defineRoute({
      method: 'get',
      path: '${path}/:id',
      operationId: '${camel}Read',
      summary: ${quoted(summaries.read)},
      tags,
      auth: 'user',
      params,
      responses: { 200: one },
      handle: ({ params: { id }, principal, transaction }) =>
        transaction(async (tx) => {
          const user = await live.require(tx, principal);
          return { status: 200, body: viewOf(await store.find(tx, user.id, id)) };
        }),
    }),
    defineRoute({
      method: 'patch',
      path: '${path}/:id',
      operationId: '${camel}Update',
      summary: ${quoted(summaries.update)},
      description: 'Fields that are left out stay.',
      tags,
      auth: 'user',
      params,
      body: changes,
      requestExample: { ${changeOf(fields[0])} },
      responses: { 200: { ...one, description: 'It as it is now.' } },
      handle: ({ params: { id }, body, principal, transaction }) =>
        transaction(async (tx) => {
          const user = await live.requireLocked(tx, principal);
          return { status: 200, body: viewOf(await store.change(tx, user.id, id, body)) };
        }),
    }),
    defineRoute({
      method: 'delete',
      path: '${path}/:id',
      operationId: '${camel}Delete',
      summary: ${quoted(summaries.delete)},
      tags,
      auth: 'user',
      params,
      responses: { 204: { description: 'It is gone.' } },
      handle: ({ params: { id }, principal, transaction }) =>
        transaction(async (tx) => {
          const user = await live.requireLocked(tx, principal);
          if (!(await store.remove(tx, user.id, id))) throw NotFound.error();
          return { status: 204 };
        }),
    }),
  ];
}

/** What its owner is shown. @throws ProblemError 404 where there is none, also where it is somebody else's */
function viewOf(row: ${table.pascal}Row | undefined) {
  if (!row) throw NotFound.error();
  const { user_id: _, ...shown } = row;
  return shown;
}
`;
}
