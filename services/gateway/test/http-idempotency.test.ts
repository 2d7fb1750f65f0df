import { CommitOutcomeUnknown, type Database, newId } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { IdempotencyStore } from '../src/http/idempotency/idempotency-store.ts';
import { ReplyVault } from '../src/http/idempotency/reply-vault.ts';
import { defineProblem, defineRoute } from '../src/http/route.ts';
import { ShiftedClock } from './accounts/shifted-clock.ts';
import { startTestHttp, sweepAt, type TestHttp } from './http-harness.ts';

const NoStock = defineProblem({ type: 'no-stock', status: 409, title: 'Sold out', explanation: 'Nothing is left.' });

/** Orders as rows of a table; an order with `hold` waits until the test lets it go. */
const held = new Map<string, PromiseWithResolvers<void>>();
/** By it no lease ends, and nobody has waited too long for the first request, because a machine stands still. */
const clock = new ShiftedClock();

const operations = [
  defineRoute({
    method: 'post',
    path: '/v1/orders',
    operationId: 'order',
    summary: 'Order something',
    tags: ['orders'],
    auth: 'none',
    body: z.strictObject({ item: z.string(), hold: z.string().optional() }),
    idempotent: true,
    limits: [{ name: 'orders', per: ({ body }) => body.item, max: 3, windowSeconds: 3_600 }],
    problems: [NoStock],
    responses: { 201: { description: 'Ordered.', schema: z.strictObject({ id: z.uuid() }) } },
    handle: async ({ body, transaction }) => {
      if (body.item === 'unicorn') throw NoStock.error();
      if (body.hold) await held.get(body.hold)?.promise;
      return transaction(async (tx) => {
        const id = newId();
        await tx.sql('orders').insert({ id, item: body.item });
        return { status: 201, body: { id }, headers: { location: `/v1/orders/${id}` } };
      });
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/parcels',
    operationId: 'sendParcel',
    summary: 'Send a parcel',
    tags: ['orders'],
    auth: 'none',
    query: z.strictObject({ to: z.string() }),
    idempotent: true,
    responses: { 200: { description: 'Sent.', schema: z.strictObject({ to: z.string() }) } },
    handle: async ({ query }) => ({ status: 200, body: query }),
  }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations, { clock });
  await http.database.sql.schema.createTable('orders', (table) => {
    table.string('id', 36).primary();
    table.string('item', 255).notNullable();
  });
});
afterAll(() => http.close());

const order = (key: string, body: unknown, at: TestHttp = http) =>
  at.send('POST', '/v1/orders', body, { 'idempotency-key': key });

async function orders(item: string): Promise<number> {
  return (await http.database.sql('orders').where({ item })).length;
}

/** The next COMMIT is done, and its reply is lost. */
function loseReplyToCommit({ sql: { client } }: Database): void {
  const { query } = client;
  client.query = async (connection: unknown, statement: unknown) => {
    const answer = await query.call(client, connection, statement);
    if (statement !== 'COMMIT;') return answer;
    client.query = query;
    throw new CommitOutcomeUnknown(new Error('the connection was lost'));
  };
}

describe('Idempotency-Key', () => {
  it('gives a repeat the answer of the first, headers included, and reports it', async () => {
    const first = await order('key-of-a-chair', { item: 'chair' });
    const second = await order('"key-of-a-chair"', { item: 'chair' });
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.json).toEqual(first.json);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await orders('chair')).toBe(1);
  });

  it('does the work once under 50 repeats at the same time on two replicas, which count as one request', async () => {
    const replica = await http.replica();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => order('key-of-a-table', { item: 'table' }, index % 2 ? http : replica)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(await orders('table')).toBe(1);
    await replica.close();
  });

  it('gives a repeat what was done where the reply to its COMMIT was lost, and does it once', async () => {
    loseReplyToCommit(http.database);
    const lost = await order('key-of-a-boat', { item: 'boat' });
    expect([lost.status, lost.json.type.split('/').at(-1)]).toEqual([503, 'outcome-unknown']);
    const repeat = await order('key-of-a-boat', { item: 'boat' });
    expect([repeat.status, repeat.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await http.database.sql('orders').where({ item: 'boat' })).toEqual([{ id: repeat.json.id, item: 'boat' }]);
  });

  it('refuses the same key with another query', async () => {
    const parcel = (to: string) =>
      http.send('POST', `/v1/parcels?to=${to}`, undefined, { 'idempotency-key': 'key-of-a-parcel' });
    expect((await parcel('ada')).json).toEqual({ to: 'ada' });
    expect((await parcel('ada')).headers.get('idempotency-replayed')).toBe('true');
    expect((await parcel('bob')).status).toBe(422);
  });

  it('refuses the same key with another body', async () => {
    await order('key-of-a-lamp', { item: 'lamp' });
    const answer = await order('key-of-a-lamp', { item: 'sofa' });
    expect([answer.status, answer.json.type.split('/').at(-1)]).toEqual([422, 'idempotency-key-reused']);
    expect(await orders('sofa')).toBe(0);
  });

  it('keeps the keys of different callers apart', async () => {
    const other = await startTestHttp(operations, { settings: { trustProxy: 1 } });
    await other.database.sql.schema.createTable('orders', (table) => {
      table.string('id', 36).primary();
      table.string('item', 255).notNullable();
    });
    const from = (address: string) =>
      other.send(
        'POST',
        '/v1/orders',
        { item: 'vase' },
        { 'idempotency-key': 'key-of-a-vase', 'x-forwarded-for': address },
      );
    const [first, second] = [await from('192.0.2.1'), await from('192.0.2.2')];
    expect(first.json.id).not.toBe(second.json.id);
    await other.close();
  });

  it('is not written down for a request whose limit is known to be used up; an answer that was kept is given all the same', async () => {
    const [first] = await Promise.all(['t1', 't2', 't3'].map((key) => order(key, { item: 'tulip' })));
    expect((await order('t4', { item: 'tulip' })).status).toBe(429);
    const statements: string[] = [];
    const listener = ({ sql }: { sql: string }) => void statements.push(sql);
    http.database.sql.on('query', listener);
    const refused = await order('t5', { item: 'tulip' });
    http.database.sql.removeListener('query', listener);
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([429, expect.stringContaining('"orders";r=0')]);
    expect(statements.filter((sql) => !sql.startsWith('select'))).toEqual([]);
    const repeat = await order('t1', { item: 'tulip' });
    expect([repeat.status, repeat.json]).toEqual([201, first?.json]);
  });

  it('does not keep a problem: a corrected request may use the key', async () => {
    expect((await order('key-of-a-beast', { item: 'unicorn' })).status).toBe(409);
    expect((await order('key-of-a-beast', { item: 'horse' })).status).toBe(201);
  });

  it.each([
    ['', 'empty'],
    ['with a space', 'visible ASCII'],
    ['x'.repeat(256), '256 characters'],
    ['ümlaut-ümlaut', 'visible ASCII'],
  ])('refuses the key %j and reports why', async (key, why) => {
    const answer = await order(Buffer.from(key).toString('latin1'), { item: 'bed' });
    expect([answer.status, answer.json.type.split('/').at(-1)]).toEqual([400, 'invalid-idempotency-key']);
    expect(answer.json.detail).toContain(why);
  });

  it.each(['1', '"quoted"', '""', 'x'.repeat(255)])(
    'accepts a key of 1 to 255 visible ASCII characters: %s',
    async (key) => {
      const [first, second] = [await order(key, { item: key }), await order(key, { item: key })];
      expect(first.status).toBe(201);
      expect(second.json).toEqual(first.json);
    },
  );

  it('takes over a key whose request died with its process, once the lease is over', async () => {
    const store = new IdempotencyStore(http.database);
    const { id, bodyHash } = new ReplyVault(() => Buffer.alloc(32)).fingerprint(['crash'], 'key-of-a-crash', {});
    const start = clock.now().getTime();
    expect((await store.claim(id, bodyHash, start)).state).toBe('claimed');
    expect((await store.claim(id, bodyHash, start + 29_999)).state).toBe('in-flight');
    const takers = await Promise.all(Array.from({ length: 10 }, () => store.claim(id, bodyHash, start + 30_000)));
    expect(takers.filter(({ state }) => state === 'claimed')).toHaveLength(1);
  });

  it("takes over a key whose lease was begun while the database's clock was ahead, and none of a clock that is ahead a little", async () => {
    const store = new IdempotencyStore(http.database);
    const { id, bodyHash } = new ReplyVault(() => Buffer.alloc(32)).fingerprint(['ahead'], 'key-of-tomorrow', {});
    const now = clock.now().getTime();
    expect((await store.claim(id, bodyHash, now + 3_600_000)).state).toBe('claimed');
    expect((await store.claim(id, bodyHash, now + 3_540_000)).state).toBe('in-flight');
    expect((await store.claim(id, bodyHash, now)).state).toBe('claimed');
    expect((await store.claim(id, bodyHash, now)).state).toBe('in-flight');
  });

  it('does not take a key over whose answer was committed as the lease was found to be over', async () => {
    const store = new IdempotencyStore(http.database);
    const { id, bodyHash } = new ReplyVault(() => Buffer.alloc(32)).fingerprint(['late'], 'key-of-a-late-commit', {});
    const start = clock.now().getTime();
    await store.claim(id, bodyHash, start);
    const { client } = http.database.sql;
    const { query } = client;
    client.query = async (connection: unknown, statement: { sql: string }) => {
      if (statement.sql.startsWith('update')) {
        client.query = query;
        await query.call(client, connection, "UPDATE idempotency_keys SET reply = x'01' WHERE reply IS NULL");
      }
      return query.call(client, connection, statement);
    };
    expect((await store.claim(id, bodyHash, start + 30_000)).state).toBe('in-flight');
    expect((await store.claim(id, bodyHash, start + 30_000)).state).toBe('answered');
  });

  it('rolls back the work of a request that has lost its key to another', async () => {
    await http.database.sql('idempotency_keys').delete();
    held.set('gate', Promise.withResolvers());
    const slow = order('key-of-a-desk', { item: 'desk', hold: 'gate' });
    const { sql } = http.database;
    await expect.poll(async () => (await sql('idempotency_keys').whereNull('reply')).length).toBeGreaterThan(0);
    // Another process has found the lease ended, and has taken the key.
    await sql('idempotency_keys')
      .whereNull('reply')
      .update({ claim: Buffer.alloc(16, 1) });
    held.get('gate')?.resolve();
    expect((await slow).status).toBe(409);
    expect(await orders('desk')).toBe(0);
  });

  it('stores neither a body nor an answer in the clear', async () => {
    await order('key-of-a-secret', { item: 'a-very-secret-item' });
    const rows = await http.database.sql('idempotency_keys');
    const stored = Buffer.concat(rows.flatMap(({ id, body_hash, reply }) => [id, body_hash, reply ?? Buffer.alloc(0)]));
    expect(stored.includes('a-very-secret-item')).toBe(false);
    expect(stored.includes('location')).toBe(false);
    expect(stored.includes('key-of-a-secret')).toBe(false);
  });

  it('forgets a key after 24 hours', async () => {
    const store = new IdempotencyStore(http.database);
    const { id, bodyHash } = new ReplyVault(() => Buffer.alloc(32)).fingerprint(['day'], 'key-of-a-day', {});
    const now = Date.now();
    const standing = await store.claim(id, bodyHash, now);
    if (standing.state !== 'claimed') throw new Error('not claimed');
    await store.answer(http.database, id, standing.claim, Buffer.from('answer'));
    expect((await store.claim(id, bodyHash, now + 86_399_999)).state).toBe('answered');
    expect((await store.claim(id, Buffer.alloc(32), now + 86_400_000)).state).toBe('claimed');
    await sweepAt(http.database, new Date(now + 2 * 86_400_000));
    expect(await http.database.sql('idempotency_keys')).toEqual([]);
  });
});
