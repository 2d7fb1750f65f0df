import { idToBytes, newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { requests } from '../src/commands/requests.ts';
import { defineRoute } from '../src/http/route.ts';
import { startTestHttp, type TestHttp } from './http-harness.ts';

/** A record of January 2025: its id begins with its time. */
const OF_2025 = '019428a1-0000-7000-8000-000000000001';

const operations = [
  defineRoute({
    ...{ method: 'post', path: '/v1/orders/:item', operationId: 'order', summary: 'An order', tags: ['orders'] },
    auth: 'none',
    params: z.strictObject({ item: z.string().max(10) }),
    responses: { 200: { description: 'Done.', schema: z.strictObject({}) } },
    handle: async ({ params: { item } }) => {
      if (item === 'fault') throw new TypeError('no room for ann@example.com');
      return { status: 200, body: {} };
    },
  }),
  defineRoute({
    ...{ method: 'post', path: '/v1/own/:item', operationId: 'own', summary: 'One of mine', tags: ['orders'] },
    auth: 'user',
    params: z.strictObject({ item: z.string().max(10) }),
    responses: { 200: { description: 'Done.', schema: z.strictObject({}) } },
    handle: async () => ({ status: 200, body: {} }),
  }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations, { recordDays: 7 });
  for (const path of ['/v1/orders/chair', '/v1/orders/a-wardrobe-of-oak', '/v1/orders/fault', '/v1/nowhere']) {
    await http.send('POST', path);
    await http.records?.flush();
  }
});
afterAll(() => http.close());

const run = (...args: string[]) => runCommands([requests((work) => work(http))], 'requests', ...args);
const statuses = async (...args: string[]) => {
  const { out } = await run(...args, '--json');
  return (JSON.parse(out) as { status: number }[]).map(({ status }) => status);
};

it('has what was refused or failed, the newest first, and nothing that went well', async () => {
  expect(await statuses()).toEqual([404, 500, 422]);
});

it('has one of the two, those of a route, those since a time, and so many', async () => {
  expect(await statuses('--failed')).toEqual([500]);
  expect(await statuses('--refused')).toEqual([404, 422]);
  expect(await statuses('--failed', '--refused')).toEqual([404, 500, 422]);
  expect(await statuses('--done')).toEqual([200]);
  expect(await statuses('--done', '--failed')).toEqual([500, 200]);
  expect(await statuses('--route', '/v1/orders/:item')).toEqual([500, 422]);
  expect(await statuses('--since', '2100-01-01')).toEqual([]);
  expect(await statuses('--before', '2100-01-01', '--since', '2026-01-01')).toEqual([404, 500, 422]);
  expect(await statuses('--before', '2025-01-01')).toEqual([]);
  expect(await statuses('--limit', '1')).toEqual([404]);
});

it('has those of whoever has an id or an address, however long ago, and of nobody else', async () => {
  const { userId } = http.authenticator.signIn('ann');
  await http.send('POST', '/v1/own/a-wardrobe-of-oak', undefined, { authorization: 'Bearer ann' });
  await http.records?.flush();
  const id = idToBytes(userId);
  await http.database
    .sql('request_records')
    .where({ user_id: id })
    .update({ id: idToBytes(OF_2025) });
  expect(await statuses('--user', userId.toUpperCase())).toEqual([422]);
  expect(await statuses('--user', userId, '--failed')).toEqual([]);
  expect(await statuses('--user', newId())).toEqual([]);
  const email = 'ann@example.com';
  expect(await statuses('--user', email)).toEqual([]);
  await http.database.sql('sign_ups').insert({
    ...{
      id,
      email,
      first_name: 'Ann',
      last_name: 'Lee',
      locale: 'en',
      password_hash: '',
      device: '',
      address_range: '',
    },
    ...{ secret_hash: Buffer.alloc(32), created_at: new Date(), expires_at: new Date() },
  });
  expect(await statuses('--user', 'Ann@example.com')).toEqual([422]);
  expect(await run('--user', 'ann')).toMatchObject({ code: 2 });
});

it('says of each when, what was asked, its id, and why, with the line that threw and not what it said', async () => {
  const { code, out } = await run('--failed');
  expect(code).toBe(0);
  const [, line = ''] = out.split('\n');
  expect(line).toMatch(
    /^\S+Z +500 +POST \/v1\/orders\/:item +[0-9a-f-]{32,36} +internal-error \(TypeError at services\/gateway\/test\/requests-command\.test\.ts:\d+/,
  );
  expect(out).not.toContain('ann@');
});

it('says so when there are none', async () => {
  expect(await run('--since', '2100-01-01')).toMatchObject({ code: 0, out: 'none' });
});
