import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Database, MemoryLogger, newId, SecretRing } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type AnsweredRequest,
  createOutboxTable,
  createScheduleTables,
  type Moment,
  Peer,
  peerRoutes,
  type RequestsQuery,
  readWaits,
  ScheduleOrders,
  Scheduler,
  wholeTrace,
} from '../src/index.ts';
import { lookedAt } from '../src/outbox/looked-at.ts';
import { readTrace } from '../src/trace/read-trace.ts';

let parts: TestDatabase;
let database: Database;
let closing: (() => void)[];

beforeEach(async () => {
  parts = await testDatabase('peer');
  database = parts.database;
  await createOutboxTable(database.sql, database.dialect);
  await createScheduleTables(database.sql, database.dialect);
  closing = [];
});
afterEach(async () => {
  for (const close of closing) close();
  await parts.close();
});

const ring = SecretRing.of(randomBytes(32));
const now = () => database.clock.now();
const nothing = async () => [];

/** A service that may be asked, and who asks it. */
async function asked(
  askingRing = ring,
  trace: Parameters<typeof peerRoutes>[0]['trace'] = nothing,
  hears: (url: string) => void = () => {},
  requests: Parameters<typeof peerRoutes>[0]['requests'] = nothing,
): Promise<Peer> {
  const routes = peerRoutes({ database, ring, trace, waits: nothing, requests });
  const server = createServer(async ({ url: target = '/', headers }, response) => {
    hears(target);
    const url = new URL(target, 'http://ops');
    const { status, body } = (await routes.find(({ path }) => path === url.pathname)?.handle({ url, headers })) ?? {
      status: 404,
      body: {},
    };
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return new Peer({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ring: askingRing, now });
}

/** A message that waits, about a person. */
async function stored(user: string, type = 'user.registered', dueAt: Date | null = now()): Promise<string> {
  const id = newId();
  const row = { queue: 'events', message_id: id, type, body: JSON.stringify({ user_id: user }), attempts: 0 };
  await database.sql('outbox').insert({ ...row, created_at: now(), due_at: dueAt });
  return id;
}

it('shows another service what waits here, as it is shown here', async () => {
  const user = newId();
  const id = await stored(user);
  const peer = await asked();
  expect(await peer.trace(user)).toEqual(await readTrace(database, nothing, user));
  expect(await peer.trace(user)).toMatchObject([{ part: 'outbox', ids: { message: id }, waits: true }]);
  expect(await peer.waits({})).toEqual(await readWaits(database, nothing, {}));
});

it('shows another service what runs here by the clock, as it is shown here', async () => {
  const scheduler = new Scheduler(database, { logger: new MemoryLogger() });
  const run = async () => undefined;
  await scheduler.add({ name: 'quiet', cron: '15 3 1 1 *', run }).add({ name: 'busy', everyMs: 5_000, run }).tick();
  const orders = new ScheduleOrders(database);
  await orders.pause('quiet', { by: 'kim', reason: 'repairs' });
  await orders.runNow('busy', 'kim');
  expect(await scheduler.tick()).toEqual(['busy']);
  await orders.runNow('busy', 'kim');
  expect(await (await asked()).schedules()).toEqual(await orders.list());
});

it('has the requests that a mail belongs to, which the other service knows by their trace alone', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, seconds));
  const mail: Moment = { at: at(1), part: 'mail', what: 'verification accepted', ids: { mail: newId(), trace } };
  const request: Moment = { at: at(0), part: 'request', what: 'register success', ids: { request: trace } };
  const asked: string[] = [];
  const ask = async (id: string) => {
    asked.push(id);
    return id === trace ? [request] : [];
  };
  const id = mail.ids.mail ?? '';
  expect(await wholeTrace(database, id, { look: async () => [mail], ask, note: () => {} })).toEqual([request, mail]);
  expect(asked).toEqual([id, trace]);
});

it('has the mails of a request that brought an id of its own, and what of it waits: the other service knows its trace', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, seconds));
  const mail: Moment = { at: at(1), part: 'mail', what: 'verification accepted', ids: { mail: newId(), trace } };
  const ids = { request: 'from-a-proxy', trace };
  const request: Moment = { at: at(0), part: 'request', what: 'register success', ids };
  const waits: Moment = {
    at: at(0),
    part: 'outbox',
    what: 'user.verified waits',
    ids: { message: newId() },
    waits: true,
  };
  const look = async (_database: Database, { text }: { text: string }) => (text === trace ? [mail] : []);
  const ask = async (id: string) => (id === trace ? [request, waits] : [request]);
  expect(await wholeTrace(database, 'from-a-proxy', { look, ask, note: () => {} })).toEqual([request, mail, waits]);
});

it('asks for an address without its being read on the way', async () => {
  const looked: string[] = [];
  const seen: string[] = [];
  const look = async (_database: Database, { text }: { text: string }) => {
    looked.push(text);
    return [];
  };
  const peer = await asked(ring, look, (url) => seen.push(url));
  await peer.trace('ann@example.com');
  expect(looked).toEqual(['ann@example.com']);
  expect(seen).toEqual([expect.stringMatching(/^\/peer\/trace\?sealed=/)]);
  expect(decodeURIComponent(seen.join())).not.toContain('ann');
});

it('shows what another service refused or failed at, as it is asked for', async () => {
  const failed: AnsweredRequest = {
    ...{ id: newId(), requestId: 'from-a-proxy', traceId: undefined, userId: newId(), at: now(), tookMs: 7 },
    ...{ method: 'POST', route: '/v1/orders', status: 500, failure: 'internal-error (TypeError at a.ts:1)' },
  };
  const found = [failed, { ...failed, traceId: newId(), userId: undefined, status: 499, failure: undefined }];
  const questions: RequestsQuery[] = [];
  const seen: string[] = [];
  const look = async (_database: Database, query: RequestsQuery) => {
    questions.push(query);
    return found;
  };
  const peer = await asked(ring, nothing, (url) => seen.push(decodeURIComponent(url)), look);
  const all = {
    done: true,
    refused: true,
    failed: false,
    since: now(),
    route: '/v1/a b',
    person: newId(),
    before: now(),
    below: newId(),
    limit: 51,
  };
  const least = { done: false, refused: false, failed: true, limit: 1 };
  for (const query of [all, least, { ...least, person: 'ann@example.com' }]) {
    expect(await peer.requests(query)).toEqual(found);
    expect(questions.at(-1)).toEqual(query);
  }
  expect(seen.join()).not.toContain('ann');
});

it('of a person with many traces looks for the newest', async () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));
  const traces = Array.from({ length: 8 }, () => newId().replaceAll('-', ''));
  const moments = traces.map((trace, n): Moment => ({ at: at(n), part: 'mail', what: 'welcome', ids: { trace } }));
  const questions: string[] = [];
  const ask = async (id: string) => {
    questions.push(id);
    return [];
  };
  const person = newId();
  await wholeTrace(database, person, { look: async () => moments, ask, note: () => {} });
  expect(questions).toEqual([person, ...traces.slice(-5).toReversed()]);
});

it('has the mails of a request that only the other service has found, and that is named after its trace', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, seconds));
  const mail: Moment = { at: at(1), part: 'mail', what: 'verification accepted', ids: { mail: newId(), trace } };
  const request: Moment = { at: at(0), part: 'request', what: 'register success', ids: { request: trace } };
  const look = async (_database: Database, { text }: { text: string }) => (text === trace ? [mail] : []);
  const whole = await wholeTrace(database, 'ann@example.com', { look, ask: async () => [request], note: () => {} });
  expect(whole).toEqual([request, mail]);
});

it('reports once that the other service does not answer, and shows what is known here', async () => {
  const mail: Moment = { at: now(), part: 'mail', what: 'verification accepted', ids: { trace: newId() } };
  const notes: string[] = [];
  const ask = (id: string) => new Peer({ url: 'http://127.0.0.1:9', ring, now }).trace(id);
  const note = (line: string) => void notes.push(line);
  expect(await wholeTrace(database, newId(), { look: async () => [mail], ask, note })).toEqual([mail]);
  expect(notes).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:9 cannot be asked: /)]);
});

it('answers nobody who has another key, and reports why', async () => {
  const peer = await asked(SecretRing.of(randomBytes(32)));
  await expect(peer.trace(newId())).rejects.toThrow(/cannot be asked: its PEER_KEY is another one/);
});

it('counts what waits by type and queue, of everybody, of one person and of one type', async () => {
  const [ann, bob] = [newId(), newId()];
  await stored(ann);
  await stored(bob);
  await stored(bob, 'user.erased', null);
  const waits = (query: { user?: string; type?: string }) => readWaits(database, nothing, query);
  const all = (await waits({})).map(({ type, count }) => [type, count]);
  expect(all.toSorted().toReversed()).toEqual([
    ['user.registered', 2],
    ['user.erased', 1],
  ]);
  expect(await waits({ user: ann })).toMatchObject([{ type: 'user.registered', count: 1 }]);
  expect(await waits({ type: 'user.erased' })).toMatchObject([
    { why: 'given up by the outbox: `outbox retry`', next: undefined },
  ]);
});

it('reads both ends of an outbox that has grown long, and reports what it passed over', async () => {
  for (let n = 0; n < 10; n++) await stored(newId());
  expect((await lookedAt(database, 10)).passedOver).toBeUndefined();
  const { within, passedOver } = await lookedAt(database, 3);
  expect(passedOver?.rows).toBe(4);
  expect(await database.sql('outbox').where(within).pluck('id')).toEqual([1, 2, 3, 8, 9, 10]);
});
