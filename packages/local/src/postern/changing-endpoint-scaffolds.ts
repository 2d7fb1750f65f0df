import { dispatching, type EndpointRequest, events, publisherOf, rowId, runtime, testing } from './endpoint-request.ts';
import { endpointModule } from './endpoint-scaffolds.ts';
import { namedFields, sampleFields, schemaFields } from './fields.ts';
import { journeyScaffold } from './journey-scaffold.ts';
import { type Names, pathOf } from './names.ts';
import { requested, type Scaffold } from './scaffold.ts';
import { quoted } from './source-text.ts';
import { MAX_PER_HOUR, storeScaffolds } from './store-scaffolds.ts';

/** What it answers with. */
interface Answer {
  status: 200 | 201 | 202 | 204;
  description: string;
  /** The field of its body, and its value; none in a 204. */
  field?: string;
  value?: string;
}

/** An operation that keeps what somebody sends in a table, dispatches an event or a job, or both, in one transaction; with its tests. */
export function changingEndpointScaffolds(names: Names, request: EndpointRequest): Scaffold[] {
  const { file, camel } = names;
  const { fields, table, message, method, about } = request;
  const path = pathOf(names);
  const body = fields.length > 0 ? Object.fromEntries(fields.map(({ name, sample }) => [name, sample])) : undefined;
  const sent = fields.length > 0 ? `, body: { ${sampleFields(fields)} }` : '';
  return [
    { file: `services/gateway/src/${file}/${file}-routes.ts`, text: routes(names, path, request) },
    {
      file: `services/gateway/src/${file}/${file}-routes.test.ts`,
      text: test(names, request),
      edits: [requested(method, path, { body, about })],
    },
    ...(table ? storeScaffolds(names, table, fields, { path }) : []),
    journeyScaffold(names, about, [`call('${camel}', ${answerOf(request).status}, { token${sent} });`]),
    endpointModule(names, [
      { token: 'LiveAccounts', from: '../accounts/sessions/live-accounts.ts' },
      ...(table
        ? [{ token: `${table.pascal}Store`, from: `./${table.file}-store.ts`, as: `Sql${table.pascal}Store` }]
        : []),
      ...(message ? [publisherOf(message)] : []),
    ]),
  ];
}

function answerOf(request: EndpointRequest): Answer {
  const id = rowId(request);
  if (id) return { status: 201, description: 'It is kept, under this id.', field: id, value: id };
  if (request.message?.kind === 'job')
    return { status: 202, description: 'It will be done, as this job.', field: 'job_id', value: 'job_id' };
  if (request.method === 'DELETE') return { status: 204, description: 'It is gone.' };
  return { status: 200, description: 'It is done.', field: 'user_id', value: 'user.id' };
}

function routes({ type, file, camel }: Names, path: string, request: EndpointRequest): string {
  const { fields, message, table, method, about = 'Describe the operation here' } = request;
  const [subject = ''] = type.split('.');
  const answer = answerOf(request);
  const publisher = message && publisherOf(message);
  const given = ['body', 'principal', 'transaction', 'context: { traceparent }'].filter(
    (each) =>
      (each !== 'body' || (fields.length > 0 && (table || message))) && (message || !each.startsWith('context')),
  );
  const body = answer.field && (answer.field === answer.value ? answer.field : `${answer.field}: ${answer.value}`);
  return `${message ? `import { ${message.names.pascal} } from '${events}';\n` : ''}${table ? `import { newId } from '${runtime}';\n` : ''}${answer.field || fields.length > 0 ? "import { z } from 'zod';\n" : ''}import type { LiveAccounts } from '../accounts/sessions/live-accounts.ts';
import { defineRoute, type Route } from '../http/route.ts';
${publisher ? `import type { ${publisher.port} } from '${publisher.from}';\n` : ''}${table ? `import type { ${table.pascal}Store } from './${table.file}-store.ts';\n` : ''}
export function ${camel}Routes(live: LiveAccounts${table ? `, store: ${table.pascal}Store` : ''}${publisher ? `, ${publisher.name}: ${publisher.port}` : ''}): Route[] {
  return [
    defineRoute({
      method: '${method.toLowerCase()}',
      path: '${path}',
      operationId: '${camel}',
      summary: ${quoted(about)},
      tags: ['${subject}'],
      auth: 'user',
${method === 'POST' ? '      idempotent: true,\n' : ''}${fields.length > 0 ? `      body: z.strictObject({ ${schemaFields(fields)} }),\n      requestExample: { ${sampleFields(fields)} },\n` : ''}${table || message ? `      limits: [{ name: '${file}', per: 'account', max: ${MAX_PER_HOUR}, windowSeconds: 3_600 }],\n` : ''}      responses: {
        ${answer.status}: {
          description: '${answer.description}',
${answer.field ? `          schema: z.object({ ${answer.field}: z.guid() }),\n          example: { ${answer.field}: '0197a1c2-0000-7000-8000-000000000001' },\n` : ''}        },
      },
      handle: ({ ${given.join(', ')} }) =>
        transaction(async (tx) => {
${work(request)
  .map((line) => `          ${line}\n`)
  .join('')}          return { status: ${answer.status}${body ? `, body: { ${body} }` : ''} };
        }),
    }),
  ];
}
`;
}

/** The statements that keep and dispatch. */
function work(request: EndpointRequest): string[] {
  const { fields, table, message } = request;
  const id = rowId(request);
  const { field, value } = answerOf(request);
  const usesUser = table || message?.carries.person.length || value === 'user.id';
  const row = [id === 'id' ? id : `id: ${id}`, 'user_id: user.id', namedFields(fields, 'body')];
  return [
    `${usesUser ? 'const user = ' : ''}await live.requireLocked(tx, principal);`,
    ...(table ? [`const ${id} = newId();`, `await store.add(tx, { ${row.join(', ')} });`] : []),
    ...dispatching(request, field === 'job_id' ? 'const { id: job_id } = ' : ''),
    ...(table || message ? [] : ['// Do here what it is for.']),
  ];
}

function test({ file, camel }: Names, request: EndpointRequest): string {
  const { fields, message, table } = request;
  const [first] = fields.filter(({ name }) => message?.carries.own.some((each) => each.name === name));
  const publisher = message && publisherOf(message);
  const fake = publisher && `fake${publisher.port}`;
  const does = [...(table ? ['keeps what was sent'] : []), ...(message ? [`dispatches the ${message.kind}`] : [])].join(
    ' and ',
  );
  const known = first
    ? `data.${first.name} === body.${first.name}`
    : message?.carries.person.includes('email')
      ? 'data.email === ada.email'
      : undefined;
  const { status } = answerOf(request);
  return `${message ? `import { ${message.names.pascal} } from '${events}';\nimport { ${publisher?.fake} } from '${testing}';\n` : ''}import type { Transaction } from '${runtime}';
import { expect, it } from 'vitest';
import { MemoryLiveAccounts } from '../accounts/sessions/memory-live-accounts.ts';
import { ada, adasPrincipal, context, fakeTransaction } from '../accounts/testing/fixtures.ts';
import type { RouteRequest } from '../http/route.ts';
import { ${camel}Routes } from './${file}-routes.ts';
${table ? `import { Memory${table.pascal}Store } from './memory-${table.file}-store.ts';\n` : ''}
it('${does === '' ? 'answers' : `${does}, for`} whoever is signed in', async () => {
  const live = new MemoryLiveAccounts();
  live.people.set(adasPrincipal.sessionId, ada);
${table ? `  const store = new Memory${table.pascal}Store();\n` : ''}${fake ? `  const ${fake} = new ${publisher?.fake}();\n` : ''}  const [route] = ${camel}Routes(live${table ? ', store' : ''}${fake ? `, ${fake}` : ''});
${fields.length > 0 ? `  const body = { ${sampleFields(fields)} };\n  expect([route?.auth, route?.body?.safeParse({ ...body, unknown: 1 }).success]).toEqual(['user', false]);\n` : "  expect(route?.auth).toBe('user');\n"}  const transaction = (work: (tx: Transaction) => unknown) => work(fakeTransaction);
  const request = { ${fields.length > 0 ? 'body: route?.body?.parse(body), ' : ''}principal: adasPrincipal, context, transaction };
  expect(await route?.handle(request as unknown as RouteRequest)).toMatchObject({ status: ${status} });
${table ? `  expect(store.rows).toMatchObject([{ user_id: ada.id${fields.length > 0 ? ', ...body' : ''} }]);\n` : ''}${fake ? `  ${fake}.expectDispatched(${message?.names.pascal}${known ? `, ({ data }) => ${known}` : ''});\n` : ''}});
`;
}
