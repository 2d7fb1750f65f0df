import { readEmailAddress } from '@postern/events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readFields } from './fields.ts';
import { ScratchRepository } from './testing/scratch-repository.ts';

const requests = 'packages/client/examples/postern.http';

test('an endpoint is registered, and has a request in the collection', () => {
  using scratch = new ScratchRepository();
  expect(scratch.make('endpoint', 'orders.list')).toContain(
    'The client has its types after\n  npx -y pnpm@12 postern client:generate',
  );
  expect(scratch.read(requests)).toBe(
    '### One\nGET {{host}}/v1/one\n\n### Describe the operation here\nGET {{host}}/v1/orders/list\nAuthorization: Bearer {{access_token}}\n',
  );
  expect(scratch.read('services/gateway/src/capabilities.ts')).toBe(
    "export { a } from './a/a.module.ts';\nexport { ordersListModule } from './orders-list/orders-list.module.ts';\n",
  );
});

test('an endpoint that dispatches an event is given what it needs for that', () => {
  using scratch = new ScratchRepository();
  const ship = () => scratch.make('endpoint', 'orders.ship', { event: 'order.shipped' });
  expect(ship).toThrow('Unknown event order.shipped');
  scratch.make('event', 'order.shipped');
  ship();
  expect(scratch.read('services/gateway/src/orders-ship/orders-ship-routes.ts')).toContain(
    'await events.dispatch(tx, OrderShipped, person, { traceparent });',
  );
  // Whoever is signed in could otherwise have as many mails sent as they like.
  expect(scratch.read('services/gateway/src/orders-ship/orders-ship-routes.ts')).toContain(
    "limits: [{ name: 'orders-ship', per: 'account', max: 20, windowSeconds: 3_600 }],",
  );
  expect(scratch.read('services/gateway/src/orders-ship/orders-ship.module.ts')).toContain(
    '[LiveAccounts, EventPublisher]',
  );
});

test('an id that somebody sends and that is dispatched may be of somebody else, which the endpoint says where it is to be looked at', () => {
  using scratch = new ScratchRepository();
  scratch.make('event', 'order.shipped', { fields: 'order_id:uuid' });
  scratch.make('endpoint', 'orders.ship', { event: 'order.shipped' });
  expect(scratch.read('services/gateway/src/orders-ship/orders-ship-routes.ts')).toContain(
    '// Whoever is signed in may send any order_id: look here whether it is theirs.\n',
  );
});

test('a body has no field of the id that a row is given: the event would carry what was sent in its place', () => {
  using scratch = new ScratchRepository(TABLES);
  scratch.make('event', 'order.placed', { fields: 'order_id:uuid item:string' });
  const make = () =>
    scratch.make('endpoint', 'orders', { event: 'order.placed', table: 'orders', fields: 'order_id:uuid' });
  expect(make).toThrow('The field order_id is there by itself: leave it out.');
});

test.each([
  // What clients send whose date was never set.
  ['time', '2026-01-31T10:00:00Z', '0001-01-01T00:00:00Z'],
  ['url', 'https://example.com/a%20b', 'javascript:alert(1)'],
])('a field that is a %s takes %s and not %s', (kind, good, bad) => {
  const [field] = readFields(`it:${kind}`);
  const schema = new Function('z', `return ${field?.schema}`)(z) as z.ZodType;
  expect([schema.safeParse(good).success, schema.safeParse(bad).success]).toEqual([true, false]);
});

test('a field that is a URL is kept as a URI, as it is described', () => {
  const [field] = readFields('it:url');
  const schema = new Function('z', `return ${field?.schema}`)(z) as z.ZodType;
  expect(schema.parse('https://пример.рф/ü')).toBe('https://xn--e1afmkfd.xn--p1ai/%C3%BC');
});

test('a field that is an address takes all that accounts have, in the event and in the body', () => {
  using scratch = new ScratchRepository();
  scratch.make('event', 'gift.sent', { fields: 'recipient:email' });
  scratch.make('endpoint', 'gift.send', { event: 'gift.sent' });
  const schema = 'recipient: z.email({ pattern: z.regexes.html5Email }).max(254)';
  expect(scratch.read('packages/events/src/catalog/gift-sent.ts')).toContain(schema);
  expect(scratch.read('services/gateway/src/gift-send/gift-send-routes.ts')).toContain(schema);
  const taken = z.email({ pattern: z.regexes.html5Email });
  for (const typed of ['a&b@example.com', 'u@пример.рф', 'root@localhost', 'ann@example.com']) {
    expect(taken.safeParse(readEmailAddress(typed).address).success, typed).toBe(true);
  }
});

test('an endpoint has a call of k6, as every recorded operation has to', () => {
  using scratch = new ScratchRepository();
  scratch.make('endpoint', 'orders.list');
  scratch.make('module', 'depots');
  expect(scratch.read('k6/journeys/own.ts')).toBe(
    "// What somebody does.\nexport { depots } from './own/depots.ts';\nexport { ordersList } from './own/orders-list.ts';\n",
  );
  expect(scratch.read('k6/journeys/own/orders-list.ts')).toContain("call('ordersList', 200, { token });");
  expect(scratch.read('k6/journeys/own/depots.ts')).toContain("call('getDepots', 200, { token });");
});

test('the tests of an endpoint hand its handler what its schema makes of the body', () => {
  using scratch = new ScratchRepository(TABLES);
  scratch.make('endpoint', 'parcels', { table: 'parcels', fields: 'weight:integer' });
  scratch.make('endpoint', 'notes', { resource: true, fields: 'text:string' });
  const testOf = (name: string) => scratch.read(`services/gateway/src/${name}/${name}-routes.test.ts`);
  expect(testOf('parcels')).toContain('body: route?.body?.parse(body), principal');
  expect(testOf('notes')).toContain('body: create?.body?.parse(body), principal');
});

test.each([
  ['PUT', { fields: 'text:string' }, '200'],
  ['PATCH', { fields: 'text:string' }, '200'],
  ['DELETE', {}, '204'],
] as const)('an endpoint may be a %s, which whoever is signed in sends', (method, options, status) => {
  using scratch = new ScratchRepository();
  scratch.make('endpoint', 'notes.change', { method, ...options });
  const routes = scratch.read('services/gateway/src/notes-change/notes-change-routes.ts');
  expect(routes).toContain(`method: '${method.toLowerCase()}',`);
  expect(routes).toContain('await live.requireLocked(tx, principal);');
  expect(routes).toContain(`return { status: ${status}`);
  expect(scratch.read(requests)).toContain(`${method} {{host}}/v1/notes/change\n`);
  expect(scratch.read('k6/journeys/own/notes-change.ts')).toContain(`call('notesChange', ${status}, { token`);
});

describe('an endpoint that dispatches a job', () => {
  test('is sent what the job carries, and answers with the id of the job', () => {
    using scratch = new ScratchRepository({ ...TABLES, 'services/worker/src/jobs/all.ts': '' });
    const again = () => scratch.make('endpoint', 'avatars.again', { job: 'avatar.resize' });
    expect(again).toThrow('Unknown job avatar.resize: `npx -y pnpm@12 postern make:job avatar.resize --from gateway`');
    scratch.make('job', 'avatar.resize', { from: 'gateway', fields: 'id:uuid size:integer' });
    again();
    const routes = scratch.read('services/gateway/src/avatars-again/avatars-again-routes.ts');
    expect(routes).toContain('const { id: job_id } = await jobs.dispatch(tx, AvatarResize, body, { traceparent });');
    expect(routes).toContain('return { status: 202, body: { job_id } };');

    scratch.make('endpoint', 'avatars', { job: 'avatar.resize', table: 'avatars', fields: 'url:url' });
    const kept = scratch.read('services/gateway/src/avatars/avatars-routes.ts');
    expect(kept).toContain('jobs.dispatch(tx, AvatarResize, { size: body.size, id }, { traceparent });');
  });

  test('is not made for a job of the worker, which the gateway cannot dispatch', () => {
    using scratch = new ScratchRepository({ 'services/worker/src/jobs/all.ts': '' });
    scratch.make('job', 'depot.sweep');
    expect(() => scratch.make('endpoint', 'depots.sweep', { job: 'depot.sweep' })).toThrow(
      'depot.sweep is a job that the worker alone knows (services/worker/src/jobs/depot-sweep.ts)',
    );
    scratch.make('event', 'depot.swept');
    expect(() => scratch.make('endpoint', 'depots.sweep', { job: 'depot.swept' })).toThrow('by --event depot.swept.');
  });
});

/** What a table has a line in. */
const TABLES = {
  'services/gateway/migrations/index.ts': 'export const migrations = [\n];\n',
  'services/gateway/test/table-bounds.test.ts': 'const BOUNDS = {\n};\n',
  'docs/data.md': '## Tables\n\n| table |\n| `a` |\n',
  'services/gateway/src/accounts/privacy/personal-tables.ts':
    "export const PERSONAL_TABLES: readonly { table: string; column: string }[] = [\n  { table: 'a', column: 'user_id' },\n  { table: 'users', column: 'id' },\n];\n",
};

const routesOf = (scratch: ScratchRepository) => scratch.read('services/gateway/src/notes/notes-routes.ts');

describe('an endpoint with a table', () => {
  test('keeps what it is sent as a row of whoever sent it, which is erased with them', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('endpoint', 'parcels', { table: 'parcels', fields: 'weight:integer picked_up:time' });
    expect(scratch.read('services/gateway/src/parcels/parcels-routes.ts')).toContain(
      'await store.add(tx, { id, user_id: user.id, weight: body.weight, picked_up: body.picked_up });',
    );
    expect(scratch.read('services/gateway/src/parcels/sql-parcels-store.ts')).toContain(
      'picked_up: new Date(row.picked_up)',
    );
    expect(scratch.read('services/gateway/migrations/parcels.ts')).toContain(
      "timeColumn(table, 'picked_up').notNullable();",
    );
    expect(scratch.read('services/gateway/src/accounts/privacy/personal-tables.ts')).toContain(
      "{ table: 'parcels', column: 'user_id' },\n  { table: 'users'",
    );
    expect(scratch.read(requests)).toContain('"weight": 3');
  });

  test('names each column: what is added to the body is in no INSERT unseen, and what is added to the row has to be in it', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('endpoint', 'parcels', { table: 'parcels', fields: 'weight:integer picked_up:time' });
    expect(scratch.read('services/gateway/src/parcels/sql-parcels-store.ts')).toContain(
      'const columns: Record<keyof ParcelsRow, unknown> = { id: idToBytes(row.id), user_id: idToBytes(row.user_id), weight: row.weight, picked_up: new Date(row.picked_up) };',
    );
    scratch.make('endpoint', 'notes', { resource: true, fields: 'text:string at:time' });
    expect(routesOf(scratch)).toContain('user_id: user.id, text: body.text, at: body.at });');
    expect(scratch.read('services/gateway/src/notes/sql-notes-store.ts')).toContain(
      '): Record<keyof NotesFields, unknown> {\n  return { text: fields.text, at: fields.at && new Date(fields.at) };\n}',
    );
  });

  test('and an event takes its fields from the event, and gives that the id of the row', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('event', 'order.placed', { fields: 'order_id:uuid item:string' });
    scratch.make('endpoint', 'orders', { event: 'order.placed', table: 'orders', about: 'Place an order' });
    const routes = scratch.read('services/gateway/src/orders/orders-routes.ts');
    expect(routes).toContain('body: z.strictObject({ item: z.string().min(1).max(200) })');
    expect(routes).toContain('OrderPlaced, { ...body, ...person, order_id }, {');
    expect(scratch.read('services/gateway/migrations/orders.ts')).not.toContain('order_id');
  });

  test('and no field that is added to the body takes the place of who it is about, and whom its mail goes to', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('event', 'note.sent', { fields: 'text:string' });
    const file = 'packages/events/src/catalog/note-sent.ts';
    scratch.write(file, scratch.read(file).replace('...person', 'email: person.email'));
    scratch.make('endpoint', 'notes', { event: 'note.sent' });
    expect(routesOf(scratch)).toContain('NoteSent, { ...body, email: user.email }, {');
  });

  test('takes the bounds that somebody has written into the event', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('event', 'note.written', { fields: 'text:string' });
    const file = 'packages/events/src/catalog/note-written.ts';
    scratch.write(file, scratch.read(file).replace('.max(200)', '.max(5_000)'));
    scratch.make('endpoint', 'notes', { event: 'note.written', table: 'notes' });
    expect(scratch.read('services/gateway/migrations/notes.ts')).toContain("table.text('text').notNullable();");
    scratch.write(file, scratch.read(file).replace('z.string().min(1).max(5_000)', "z.enum(['a', 'b'])"));
    expect(() => scratch.make('endpoint', 'notices', { event: 'note.written' })).toThrow(
      'of which no body and no column',
    );
  });

  test.each([
    [{ table: 'parcels' }, 'Nothing would be kept in parcels'],
    [{ event: 'parcel.sent', job: 'parcel.weigh' }, 'give one of --event and --job'],
    [{ table: 'parcels', method: 'PATCH' }, 'The PATCH of such a table comes with --resource'],
    [{ resource: true, method: 'GET' }, 'leave --method out'],
    [{ resource: true }, 'Nothing would be kept in parcels'],
    [{ fields: 'weight:integer', method: 'GET' }, 'A GET is sent nothing'],
    [{ fields: 'weight:integer', method: 'DELETE' }, 'A DELETE is sent nothing, and weight would be'],
    [{ table: 'parcels', fields: 'customer_id:string' }, 'make it customer_id:uuid'],
    [{ table: 'sqlite.parcels', fields: 'weight:integer' }, 'No table can be called sqlite_parcels'],
    [{ table: 'parcels', fields: 'user_id:uuid' }, 'The field user_id is there by itself'],
  ] as const)('is refused where the options do not go together: %j', (options, why) => {
    using scratch = new ScratchRepository(TABLES);
    expect(() => scratch.make('endpoint', 'parcels', options)).toThrow(why);
  });
});

describe('a resource', () => {
  test('is a table of its name and all that an owner does with a row, each with a request and a call of k6', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('endpoint', 'notes', { resource: true, fields: 'title:string pinned:boolean' });
    const ids = [...routesOf(scratch).matchAll(/operationId: '(\w+)'/g)].map(([, id]) => id);
    expect(ids).toEqual(['notesList', 'notesCreate', 'notesRead', 'notesUpdate', 'notesDelete']);
    for (const id of ids) expect(scratch.read('k6/journeys/own/notes.ts')).toContain(`('${id}', 20`);
    expect(scratch.read(requests).match(/^[A-Z]+ \{\{host\}\}\/v1\/notes.*$/gm)).toEqual([
      'GET {{host}}/v1/notes',
      'POST {{host}}/v1/notes',
      'GET {{host}}/v1/notes/{{id}}',
      'PATCH {{host}}/v1/notes/{{id}}',
      'DELETE {{host}}/v1/notes/{{id}}',
    ]);
    expect(scratch.read('services/gateway/migrations/notes.ts')).toContain("createTable('notes'");
  });

  test('answers with a row as it is kept, which may be written otherwise than it was sent', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('endpoint', 'notes', { resource: true, fields: 'at:time' });
    const store = scratch.read('services/gateway/src/notes/sql-notes-store.ts');
    expect(store).toMatch(/insert\(.*\);\n.*\n *return \(await this\.find\(tx, user_id, id\)\) as NotesRow;/);
  });

  test('dispatches, when a row is made, the event that is given', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('event', 'note.written', { fields: 'note_id:uuid text:string' });
    scratch.make('endpoint', 'notes', { resource: true, event: 'note.written', fields: 'pinned:boolean' });
    expect(routesOf(scratch)).toContain('NoteWritten, { text: body.text, ...person, note_id }, { traceparent });');
    expect(routesOf(scratch)).toContain('const fields = { text: z.string().min(1).max(200), pinned: z.boolean() };');
  });
});

test('a column that says of a second person whose a row is comes with a warning: the row would go with either', () => {
  using scratch = new ScratchRepository(TABLES);
  const warning = 'A row of gift_cards goes with whichever of its people is erased first.';
  expect(scratch.make('migration', 'gift.cards', { fields: 'customer_id:uuid' })).not.toContain(warning);
  const change = { change: 'gift.cards', fields: 'sold_by_user_id:uuid' };
  expect(scratch.make('migration', 'gift.sales', change)).toContain(warning);
});

test('a column that says whose a row is has the row erased with them', () => {
  using scratch = new ScratchRepository(TABLES);
  scratch.make('migration', 'gift.cards', { fields: 'customer_id:uuid amount:integer' });
  expect(scratch.read('services/gateway/migrations/gift-cards.ts')).toContain(
    "idColumn(table, 'customer_id').notNullable().index();",
  );
  expect(scratch.read('services/gateway/src/accounts/privacy/personal-tables.ts')).toContain(
    "{ table: 'gift_cards', column: 'customer_id' },",
  );
});
