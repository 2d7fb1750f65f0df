import { endpointModule } from './endpoint-scaffolds.ts';
import { type EventFields, PERSON } from './event-fields.ts';
import { type Field, sampleFields, schemaFields } from './fields.ts';
import { type Names, pathOf } from './names.ts';
import { requested, type Scaffold } from './scaffold.ts';
import { quoted } from './source-text.ts';
import { MAX_PER_HOUR, storeScaffolds } from './store-scaffolds.ts';

/** What a POST does with what it is sent. At least one of event and table is there. */
export interface PostEndpoint {
  /** What its body has. */
  fields: readonly Field[];
  event?: { names: Names; carries: EventFields } | undefined;
  /** Where a row of it is kept. */
  table?: Names | undefined;
  about?: string | undefined;
}

/** Apart, as it is what the written file imports, and not this one. */
const [testing, events, runtime] = ['@postern/events/testing', '@postern/events', '@postern/runtime'];

/** What the id of a new row is called: `order_id` where the event `order.placed` carries one, otherwise `id`. */
export function rowId({ event, table }: Pick<PostEndpoint, 'event' | 'table'>): string | undefined {
  if (!table) return undefined;
  const own = `${event?.names.type.split('.', 1)[0]}_id`;
  return event?.carries.own.some(({ name }) => name === own) ? own : 'id';
}

/** An operation that keeps what somebody sends in a table, dispatches an event about it, or both, in one transaction; with its tests. */
export function postEndpointScaffolds(names: Names, post: PostEndpoint): Scaffold[] {
  const { file } = names;
  const path = pathOf(names);
  const body = Object.fromEntries(post.fields.map(({ name, sample }) => [name, sample]));
  const { table } = post;
  return [
    { file: `services/gateway/src/${file}/${file}-routes.ts`, text: routes(names, path, post) },
    {
      file: `services/gateway/src/${file}/${file}-routes.test.ts`,
      text: test(names, post),
      edits: [requested('POST', path, { body: post.fields.length > 0 ? body : undefined, about: post.about })],
    },
    ...(table ? storeScaffolds(names, table, post.fields, { path }) : []),
    endpointModule(names, [
      { token: 'LiveAccounts', from: '../accounts/sessions/live-accounts.ts' },
      ...(table
        ? [{ token: `${table.pascal}Store`, from: `./${table.file}-store.ts`, as: `Sql${table.pascal}Store` }]
        : []),
      ...(post.event ? [{ token: 'EventPublisher', from: '../outbox/event-publisher.ts' }] : []),
    ]),
  ];
}

function routes({ type, file, camel }: Names, path: string, post: PostEndpoint): string {
  const { fields, event, table, about = 'Describe the operation here' } = post;
  const [subject = ''] = type.split('.');
  const id = rowId(post) ?? 'user_id';
  const given = ['body', 'principal', 'transaction', 'context: { traceparent }'].filter(
    (each) => (each !== 'body' || fields.length > 0) && (event || !each.startsWith('context')),
  );
  return `${event ? `import { ${event.names.pascal} } from '${events}';\n` : ''}${table ? `import { newId } from '${runtime}';\n` : ''}import { z } from 'zod';
import type { LiveAccounts } from '../accounts/sessions/live-accounts.ts';
import { defineRoute, type Route } from '../http/route.ts';
${event ? "import type { Events } from '../outbox/event-publisher.ts';\n" : ''}${table ? `import type { ${table.pascal}Store } from './${table.file}-store.ts';\n` : ''}
export function ${camel}Routes(live: LiveAccounts${table ? `, store: ${table.pascal}Store` : ''}${event ? ', events: Events' : ''}): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '${path}',
      operationId: '${camel}',
      summary: ${quoted(about)},
      tags: ['${subject}'],
      auth: 'user',
      idempotent: true,
${fields.length > 0 ? `      body: z.strictObject({ ${schemaFields(fields)} }),\n      requestExample: { ${sampleFields(fields)} },\n` : ''}      limits: [{ name: '${file}', per: 'account', max: ${MAX_PER_HOUR}, windowSeconds: 3_600 }],
      responses: {
        ${table ? 201 : 200}: {
          description: '${table ? 'It is kept, under this id.' : 'It is done.'}',
          schema: z.object({ ${id}: z.guid() }),
          example: { ${id}: '0197a1c2-0000-7000-8000-000000000001' },
        },
      },
      handle: ({ ${given.join(', ')} }) =>
        transaction(async (tx) => {
          const user = await live.requireLocked(tx, principal);
${work(post)}          return { status: ${table ? 201 : 200}, body: { ${id === 'user_id' ? 'user_id: user.id' : id} } };
        }),
    }),
  ];
}
`;
}

/** The statements that keep and dispatch. */
function work(post: PostEndpoint): string {
  const { fields, event, table } = post;
  const id = rowId(post);
  const body = fields.length > 0 ? ['...body'] : [];
  const lines: string[] = [];
  if (table) {
    lines.push(`const ${id} = newId();`);
    lines.push(`await store.add(tx, { ${[id === 'id' ? id : `id: ${id}`, 'user_id: user.id', ...body].join(', ')} });`);
  }
  if (event) {
    const personal = event.carries.person.map((name) => `${name}: user.${PERSON[name]}`);
    const whole = personal.length === Object.keys(PERSON).length;
    if (whole) lines.push(`const person = { ${personal.join(', ')} };`);
    const kept = event.carries.own.some(({ name }) => name === id) ? [`${id}`] : [];
    const data = [...(whole ? ['...person'] : personal), ...kept, ...body];
    const given = data.join() === '...person' ? 'person' : `{ ${data.join(', ')} }`;
    lines.push(`await events.dispatch(tx, ${event.names.pascal}, ${given}, { traceparent });`);
  }
  return lines.map((line) => `          ${line}\n`).join('');
}

function test({ file, camel }: Names, post: PostEndpoint): string {
  const { fields, event, table } = post;
  const [first] = fields;
  const does = [...(table ? ['keeps what was sent'] : []), ...(event ? ['dispatches the event'] : [])].join(' and ');
  const known = first
    ? `data.${first.name} === body.${first.name}`
    : event?.carries.person.includes('email')
      ? 'data.email === ada.email'
      : undefined;
  return `${event ? `import { ${event.names.pascal} } from '${events}';\nimport { FakeEvents } from '${testing}';\n` : ''}import type { Transaction } from '${runtime}';
import { expect, it } from 'vitest';
import { MemoryLiveAccounts } from '../accounts/sessions/memory-live-accounts.ts';
import { ada, adasPrincipal, context, fakeTransaction } from '../accounts/testing/fixtures.ts';
import type { RouteRequest } from '../http/route.ts';
import { ${camel}Routes } from './${file}-routes.ts';
${table ? `import { Memory${table.pascal}Store } from './memory-${table.file}-store.ts';\n` : ''}
it('${does}, for whoever is signed in', async () => {
  const live = new MemoryLiveAccounts();
  live.people.set(adasPrincipal.sessionId, ada);
${table ? `  const store = new Memory${table.pascal}Store();\n` : ''}${event ? '  const fakeEvents = new FakeEvents();\n' : ''}  const [route] = ${camel}Routes(live${table ? ', store' : ''}${event ? ', fakeEvents' : ''});
${fields.length > 0 ? `  const body = { ${sampleFields(fields)} };\n  expect([route?.auth, route?.body?.safeParse({}).success]).toEqual(['user', false]);\n` : "  expect(route?.auth).toBe('user');\n"}  const transaction = (work: (tx: Transaction) => unknown) => work(fakeTransaction);
  await route?.handle({ ${fields.length > 0 ? 'body, ' : ''}principal: adasPrincipal, context, transaction } as unknown as RouteRequest);
${table ? `  expect(store.rows).toMatchObject([{ user_id: ada.id${fields.length > 0 ? ', ...body' : ''} }]);\n` : ''}${event ? `  fakeEvents.expectDispatched(${event.names.pascal}${known ? `, ({ data }) => ${known}` : ''});\n` : ''}});
`;
}
