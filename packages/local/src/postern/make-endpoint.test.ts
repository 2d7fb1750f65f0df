import { readEmailAddress } from '@postern/events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ScratchRepository } from './testing/scratch-repository.ts';

const requests = 'packages/client/examples/postern.http';

test('an endpoint is registered, and has a request in the collection', () => {
  using scratch = new ScratchRepository();
  scratch.make('endpoint', 'orders.list');
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

/** What a table has a line in. */
const TABLES = {
  'services/gateway/migrations/index.ts': 'export const migrations = [\n];\n',
  'services/gateway/test/table-bounds.test.ts': 'const BOUNDS = {\n};\n',
  'docs/data.md': '## Tables\n\n| table |\n| `a` |\n',
  'services/gateway/src/accounts/privacy/personal-tables.ts':
    "export const PERSONAL_TABLES: readonly { table: string; column: string }[] = [\n  { table: 'a', column: 'user_id' },\n  { table: 'users', column: 'id' },\n];\n",
};

describe('an endpoint with a table', () => {
  test('keeps what it is sent as a row of whoever sent it, which is erased with them', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('endpoint', 'parcels', { table: 'parcels', fields: 'weight:integer picked_up:time' });
    expect(scratch.read('services/gateway/src/parcels/parcels-routes.ts')).toContain(
      'await store.add(tx, { id, user_id: user.id, ...body });',
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

  test('and an event takes its fields from the event, and gives that the id of the row', () => {
    using scratch = new ScratchRepository(TABLES);
    scratch.make('event', 'order.placed', { fields: 'order_id:uuid item:string' });
    scratch.make('endpoint', 'orders', { event: 'order.placed', table: 'orders', about: 'Place an order' });
    const routes = scratch.read('services/gateway/src/orders/orders-routes.ts');
    expect(routes).toContain('body: z.strictObject({ item: z.string().min(1).max(200) })');
    expect(routes).toContain('OrderPlaced, { ...person, order_id, ...body }, {');
    expect(scratch.read('services/gateway/migrations/orders.ts')).not.toContain('order_id');
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
    [{ fields: 'weight:integer' }, 'give --table'],
    [{ table: 'parcels', fields: 'user_id:uuid' }, 'The field user_id is there by itself'],
  ])('is refused where the options do not go together: %j', (options, why) => {
    using scratch = new ScratchRepository(TABLES);
    expect(() => scratch.make('endpoint', 'parcels', options)).toThrow(why);
  });
});
