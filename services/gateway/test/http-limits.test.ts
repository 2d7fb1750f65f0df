import { FakeClock, MemoryLogger, openDatabase } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { RateLimitStore } from '../src/http/limits/rate-limit-store.ts';
import { defineRoute } from '../src/http/route.ts';
import { startTestHttp, sweepAt, type TestHttp } from './http-harness.ts';

const DAY_MS = 86_400_000;
const clock = new FakeClock(new Date('2026-11-23T12:00:00Z'));

const operations = [
  defineRoute({
    method: 'post',
    path: '/v1/knock',
    operationId: 'knock',
    summary: 'Knock',
    tags: ['door'],
    auth: 'none',
    body: z.strictObject({ door: z.string() }),
    limits: [
      { name: 'knocks', per: 'address', max: 5, windowSeconds: 60 },
      { name: 'doors', per: ({ body }) => body.door, max: 2, windowSeconds: 3_600 },
    ],
    responses: { 204: { description: 'Heard.' } },
    handle: async () => ({ status: 204 }),
  }),
];

let http: TestHttp;
let replica: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations, { clock, settings: { trustProxy: 1 } });
  replica = await http.replica();
});
afterAll(async () => {
  await replica.close();
  await http.close();
});

const knock = (address: string, door: string, at: TestHttp = http) =>
  at.send('POST', '/v1/knock', { door }, { 'x-forwarded-for': address });

describe('limits', () => {
  it('report on every answer what is left', async () => {
    const answer = await knock('192.0.2.1', 'oak');
    expect(answer.headers.get('ratelimit-policy')).toBe('"knocks";q=5;w=60, "doors";q=2;w=3600');
    expect(answer.headers.get('ratelimit')).toBe('"knocks";r=4;t=60, "doors";r=1;t=3600');
  });

  it('are shared by replicas and exact under concurrency', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => knock('192.0.2.2', `door ${index}`, index % 2 ? http : replica)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  it('answer 429 with Retry-After, and let in again when the window has ended', async () => {
    for (let knocks = 0; knocks < 5; knocks++) await knock('192.0.2.3', `hall ${knocks}`);
    await clock.advance(20_000);
    const refused = await knock('192.0.2.3', 'hall 9');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    expect(refused.headers.get('ratelimit')).toBe('"knocks";r=0;t=40');
    await clock.advance(40_000);
    expect((await knock('192.0.2.3', 'hall 9')).status).toBe(204);
  });

  it('count by a value of the request, whoever asks', async () => {
    const answers = [
      await knock('192.0.2.4', 'gate'),
      await knock('192.0.2.5', 'gate'),
      await knock('192.0.2.6', 'gate'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 429]);
  });

  it('count an IPv6 client by its /64', async () => {
    for (let host = 1; host <= 5; host++) await knock(`2001:db8:1:2::${host}`, `v6 ${host}`);
    expect((await knock('2001:db8:1:2:ffff::1', 'v6 9')).status).toBe(429);
    expect((await knock('2001:db8:1:3::1', 'v6 10')).status).toBe(204);
  });

  it('cannot be escaped by a forged X-Forwarded-For', async () => {
    for (let turn = 1; turn <= 5; turn++) await knock(`198.51.100.${turn}, 192.0.2.7`, `forged ${turn}`);
    expect((await knock('198.51.100.9, 192.0.2.7', 'forged 9')).status).toBe(429);
  });

  it('add no row for what a refused client makes up', async () => {
    for (let turn = 1; turn <= 5; turn++) await knock('192.0.2.8', `made up ${turn}`);
    const [before] = await http.database.sql('rate_limits').count({ rows: '*' });
    for (let turn = 6; turn <= 20; turn++)
      expect((await knock('192.0.2.8', `made up ${turn}`, replica)).status).toBe(429);
    expect(await http.database.sql('rate_limits').count({ rows: '*' })).toEqual([before]);
  });

  it('are counted in statements that commit by themselves, on one connection for one row', async () => {
    const store = new RateLimitStore(http.database, () => Buffer.alloc(32, 7));
    const tally = { name: 'busy', value: '', windowSeconds: 60 };
    const now = clock.now().getTime();
    const counts = await Promise.all(Array.from({ length: 100 }, () => store.hit(tally, now)));
    expect(counts.map(({ hits }) => hits).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(await store.hit(tally, now + 60_000)).toEqual({ hits: 1, resetsAt: now + 120_000 });
  });

  it.skipIf(!process.env.TEST_DATABASE_URL)('are exact for as long as a count waits for its row', async () => {
    const store = new RateLimitStore(http.database, () => Buffer.alloc(32, 8));
    const tally = { name: 'awaited', value: '', windowSeconds: 60 };
    const now = clock.now().getTime();
    await store.hit(tally, now);
    const holder = await http.database.sql.transaction();
    await holder('rate_limits').forUpdate();
    const count = store.hit(tally, now);
    const secondsWaited = async () => {
      const [rows] = await http.database.sql.raw(
        "SELECT MAX(TIME) AS seconds FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE '%INSERT INTO%rate_limits%'",
      );
      return rows[0].seconds;
    };
    await expect.poll(secondsWaited).toBeGreaterThan(1);
    await holder.rollback();
    expect([(await count).hits, (await store.hit(tally, now)).hits]).toEqual([2, 3]);
  });

  it.skipIf(!process.env.TEST_DATABASE_URL)('do not stop when another process holds the row and hangs', async () => {
    const { url, close } = await testDatabase('held', migrations);
    // Counts wait no longer than a service's do, which those of a test's database would.
    const database = openDatabase(url, { logger: new MemoryLogger(), timeoutMs: 120_000 });
    const store = new RateLimitStore(database, () => Buffer.alloc(32, 9));
    const tally = { name: 'held', value: '', windowSeconds: 60 };
    const now = clock.now().getTime();
    await store.hit(tally, now);
    const hung = await database.sql.transaction();
    try {
      await hung('rate_limits').forUpdate();
      // More than the pool has connections: those that wait must leave it to others.
      const counts = Array.from({ length: 40 }, () => store.hit(tally, now));
      expect(await database.sql('rate_limits').first('id')).toBeDefined();
      for (const { hits } of await Promise.all(counts)) expect(hits).toBeGreaterThan(1);
    } finally {
      await hung.rollback();
      await database.close();
      await close();
    }
  });

  it('store no address, and are swept away when they have ended', async () => {
    const rows: { id: Buffer }[] = await http.database.sql('rate_limits');
    expect(rows.length).toBeGreaterThan(0);
    expect(Buffer.concat(rows.map(({ id }) => id)).includes('192.0.2')).toBe(false);
    await sweepAt(http.database, new Date(clock.now().getTime() + 86_400_000));
    expect(await http.database.sql('rate_limits')).toEqual([]);
  });
});

describe('a window that began while the clock was far ahead', () => {
  it('holds nobody up once it is right again', async () => {
    await clock.advance(DAY_MS);
    for (let turn = 0; turn < 5; turn++) await knock('192.0.2.9', `ahead ${turn}`);
    expect((await knock('192.0.2.9', 'ahead')).status).toBe(429);
    await clock.advance(-DAY_MS);
    expect((await knock('192.0.2.9', 'right again')).status).toBe(204);
    expect((await knock('192.0.2.9', 'right again', replica)).headers.get('ratelimit')).toMatch(/^"knocks";r=3;t=60/);
  });
});
