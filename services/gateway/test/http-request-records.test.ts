import { FakeClock } from '@postern/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findRequests } from '../src/http/records/find-requests.ts';
import { defineProblem, defineRoute } from '../src/http/route.ts';
import { startTestHttp, sweepAt, type TestHttp } from './http-harness.ts';

const DAY_SECONDS = 86_400;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SoldOut = defineProblem({ type: 'sold-out', status: 409, title: 'Sold out', explanation: 'Nothing is left.' });
const answered = { 200: { description: 'Done.', schema: z.strictObject({}) } };
const common = { summary: 'An order', tags: ['orders'], auth: 'none', responses: answered } as const;

const operations = [
  defineRoute({
    ...{ ...common, method: 'get', path: '/v1/orders/:id', operationId: 'read' },
    params: z.strictObject({ id: z.string() }),
    handle: async () => ({ status: 200, body: {} }),
  }),
  defineRoute({
    ...{ ...common, method: 'get', path: '/v1/orders', operationId: 'list' },
    query: z.object({ page: z.string().optional() }),
    handle: async () => ({ status: 200, body: {} }),
  }),
  defineRoute({
    ...{ ...common, method: 'post', path: '/v1/orders/:id', operationId: 'change' },
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({ item: z.string().max(10), labels: z.record(z.string(), z.string()).optional() }),
    idempotent: true,
    problems: [SoldOut],
    handle: async ({ body: { item } }) => {
      if (item === 'unicorn') throw SoldOut.error();
      if (item === 'fault') throw new TypeError('no room for ann@example.com');
      if (item === 'statement') await http.database.sql('no_such_table').where({ email: 'ann@example.com' });
      return { status: 200, body: {} };
    },
  }),
  defineRoute({
    ...{ ...common, method: 'post', path: '/v1/own/:id', operationId: 'own', auth: 'user' },
    params: z.strictObject({ id: z.enum(['1', '2']) }),
    handle: async ({ params: { id } }) => {
      if (id === '2') throw new TypeError('no second one');
      return { status: 200, body: {} };
    },
  }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations, { recordDays: 7 });
});
afterAll(() => http.close());
beforeEach(async () => {
  await http.records?.flush();
  await http.database.sql('request_records').delete();
});

const change = (item: unknown, headers = {}, at = http) => at.send('POST', '/v1/orders/secret-7', { item }, headers);

const own = (id: string, token = 'ann', at = http) =>
  at.send('POST', `/v1/own/${id}`, undefined, { authorization: `Bearer ${token}` });

/** What was kept of the request. */
async function recordOf(requestId: string, at = http) {
  await at.records?.flush();
  const [record] = await findRequests(at.database, { requestIds: [requestId], traceId: undefined });
  return record;
}

const idOf = ({ headers }: Awaited<ReturnType<typeof change>>) => headers.get('x-request-id') ?? '';

describe('the record of a request', () => {
  it('of one that changes something has its method, route, status and time, and nothing that its path says', async () => {
    const record = await recordOf(idOf(await change('chair')));
    expect(record).toMatchObject({ method: 'POST', route: '/v1/orders/:id', status: 200, failure: undefined });
    expect(record?.tookMs).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(await http.database.sql('request_records'))).not.toContain('secret-7');
  });

  it('is found by the trace of a request that brought an id of its own', async () => {
    const headers = { 'x-request-id': 'lb-7f3e9c41', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    await change('chair', headers);
    await http.records?.flush();
    const found = await findRequests(http.database, { requestIds: [TRACE], traceId: TRACE });
    expect(found).toMatchObject([{ requestId: 'lb-7f3e9c41', traceId: TRACE }]);
  });

  it('is not kept of one that only reads, unless it was refused', async () => {
    const read = await http.send('GET', '/v1/orders/7');
    expect(await recordOf(idOf(read))).toBeUndefined();
    const missing = await http.send('GET', '/v1/nowhere/7');
    expect(await recordOf(idOf(missing))).toMatchObject({ method: 'GET', route: 'unmatched', status: 404 });
  });

  it('of one that was refused says why, with the fields that were wrong and not what they held', async () => {
    expect(await recordOf(idOf(await change('unicorn')))).toMatchObject({ status: 409, failure: 'sold-out' });
    const wrong = await change('a wardrobe of oak');
    expect(await recordOf(idOf(wrong))).toMatchObject({ status: 422, failure: 'validation-failed: /item' });
  });

  it('of one with names that are not ours keeps none of these: they may be anything', async () => {
    const secret = 'ann@example.com';
    const send = (body: unknown) => http.send('POST', '/v1/orders/7?x=1', body);
    const unknown = await send({ item: 'a wardrobe of oak', [secret]: 1, other: 2 });
    expect(unknown.json.errors).toContainEqual({ pointer: `/${secret}`, detail: 'Unknown field.' });
    expect((await recordOf(idOf(unknown)))?.failure).toBe('validation-failed: /item, a name that was sent');
    expect((await recordOf(idOf(await send({ item: 'chair', labels: { [secret]: 1 } }))))?.failure).toBe(
      'validation-failed: a name that was sent',
    );
    const twice = await http.send('GET', `/v1/orders?${secret}=1&${secret}=2&page=1&page=2`);
    expect((await recordOf(idOf(twice)))?.failure).toBe('validation-failed: a name that was sent, page');
    for (const body of [`{"${secret}":1,"${secret}":2}`, `{"${secret}":"\\ud800"}`]) {
      const unread = await http.send('POST', '/v1/orders/7', body, { 'content-type': 'application/json' });
      expect((await recordOf(idOf(unread)))?.failure).toBe('validation-failed: a name that was sent');
    }
  });

  it('of one that failed names the error and the line where it was thrown, and not what it says', async () => {
    const record = await recordOf(idOf(await change('fault')));
    expect(record).toMatchObject({ status: 500 });
    expect(record?.failure).toMatch(
      /^internal-error \(TypeError at services\/gateway\/test\/http-request-records\.test\.ts:\d+/,
    );
  });

  it('of one whose statement failed names what the database calls it, and the line that sent it', async () => {
    const record = await recordOf(idOf(await change('statement')));
    expect(record?.failure).toMatch(
      /^internal-error \((Error ER_NO_SUCH_TABLE: Table '\w+\.no_such_table' doesn't exist|SqliteError SQLITE_ERROR: no such table: no_such_table) at services\/gateway\/test\/http-request-records\.test\.ts:\d+/,
    );
  });
});

describe('the record of a request of somebody who has signed in', () => {
  const recordsOf = async (userId: string, mostOfUser?: number) => {
    await http.records?.flush();
    return findRequests(http.database, { requestIds: [], traceId: undefined, userIds: [userId], mostOfUser });
  };

  it('that was refused or failed is found by them, and one that went well is not: that is in the audit log', async () => {
    const { userId } = http.authenticator.signIn('ann');
    for (const id of ['1', '2', '3']) await own(id);
    await own('3', 'made-up');
    const found = await recordsOf(userId);
    expect(found.map(({ status }) => status)).toEqual([422, 500]);
    for (const record of found) expect(record.userId).toBe(userId);
    expect((await recordsOf(userId, 1)).map(({ status }) => status)).toEqual([422]);
  });
});

describe('the records of requests', () => {
  it('are written many in one statement', async () => {
    const statements: string[] = [];
    const listener = ({ sql }: { sql: string }) => void (sql.includes('request_records') && statements.push(sql));
    http.database.sql.on('query', listener);
    await Promise.all(Array.from({ length: 40 }, () => change('chair')));
    await http.records?.flush();
    http.database.sql.removeListener('query', listener);
    expect(statements.filter((sql) => sql.startsWith('insert')).length).toBeLessThan(20);
    expect(await http.database.sql('request_records')).toHaveLength(40);
  });

  describe('are 300 a minute', () => {
    const clock = new FakeClock(new Date());
    let one: TestHttp;
    beforeAll(async () => {
      one = await startTestHttp(operations, { recordDays: 7, clock, settings: { trustProxy: 1 } });
    });
    afterAll(() => one.close());
    beforeEach(async () => {
      await one.database.sql('request_records').delete();
      await clock.advance(60_000);
    });

    const many = async (status: number) => {
      await one.records?.flush();
      return (await one.database.sql('request_records').where({ status })).length;
    };
    const times = (count: number, ask: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, ask));
    const refusal = () => one.send('GET', '/v1/nowhere');
    const from = (address: string, item = 'chair', headers = {}) =>
      change(item, { 'x-forwarded-for': address, ...headers }, one);

    it('of what was refused, and more in the next one', async () => {
      await times(305, refusal);
      expect(await many(404)).toBe(300);
      await clock.advance(60_000);
      await times(3, refusal);
      expect(await many(404)).toBe(303);
    });

    it('of what was refused, which hides nothing that failed and nothing that changed something', async () => {
      await times(305, refusal);
      await from('203.0.113.1', 'fault');
      await from('203.0.113.1');
      expect([await many(500), await many(200)]).toEqual([1, 1]);
    });

    it('of what one client did, however often it has an answer repeated, and no fewer of another', async () => {
      const again = () => from('203.0.113.1', 'chair', { 'idempotency-key': 'again' });
      await again();
      await times(304, again);
      expect(await many(200)).toBe(300);
      await from('203.0.113.2');
      expect(await many(200)).toBe(301);
    });

    it('of which each person has ten: no more are found by them, or removed when they are erased', async () => {
      const { userId } = one.authenticator.signIn('bea');
      await times(15, () => own('3', 'bea', one));
      expect(await many(422)).toBe(15);
      const found = () => findRequests(one.database, { requestIds: [], traceId: undefined, userIds: [userId] });
      expect(await found()).toHaveLength(10);
      await clock.advance(60_000);
      await own('3', 'bea', one);
      await one.records?.flush();
      expect(await found()).toHaveLength(11);
    });
  });

  it('are none where REQUEST_RECORD_DAYS is 0', async () => {
    const none = await startTestHttp(operations, { recordDays: 0 });
    expect(await recordOf(idOf(await change('chair', {}, none)), none)).toBeUndefined();
    await none.close();
  });

  it('that cannot be written keep no request from its answer, and the log says so once', async () => {
    const broken = await startTestHttp(operations, { recordDays: 7 });
    await broken.database.sql.schema.dropTable('request_records');
    for (let n = 0; n < 3; n++) {
      expect((await change('chair', {}, broken)).status).toBe(200);
      await broken.records?.flush();
    }
    expect(broken.logger.lines.filter(({ message }) => message.includes('cannot be written down'))).toHaveLength(1);
    await broken.close();
  });

  it('go after their days', async () => {
    await change('chair');
    await http.records?.flush();
    const leftAfter = async (days: number) => {
      await sweepAt(http.database, new Date(Date.now() + days * DAY_SECONDS * 1_000));
      return (await http.database.sql('request_records')).length;
    };
    expect(await leftAfter(6)).toBe(1);
    expect(await leftAfter(8)).toBe(0);
  });
});
