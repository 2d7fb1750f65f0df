import { connect, type Socket } from 'node:net';
import { MemoryLogger, serializeError } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute, type Reply, type Route } from '../src/http/route.ts';
import { startHttpServer } from '../src/http/server.ts';
import { PATIENT_LIMITS, startTestHttp, type TestHttp } from './http-harness.ts';

const ping = defineRoute({
  method: 'get',
  path: '/v1/ping',
  operationId: 'ping',
  summary: 'Ping',
  tags: ['ping'],
  auth: 'none',
  responses: { 200: { description: 'Pong.', schema: z.strictObject({ pong: z.boolean() }) } },
  handle: async () => ({ status: 200, body: { pong: true } }),
});

const unsendable = (name: string, reply: Reply): Route => ({
  ...ping,
  path: `/v1/${name}`,
  operationId: name,
  handle: async () => reply,
});

const operations = [
  ping,
  unsendable('huge', { status: 200, body: { number: 1n } }),
  unsendable('split', { status: 200, body: {}, headers: { location: '/a\r\nset-cookie: b' } }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations, { settings: { corsOrigins: ['https://app.example.com'] } });
});
afterAll(() => http.close());

const from = (origin: string, method = 'GET', headers = {}) =>
  http.send(method, '/v1/ping', undefined, { origin, ...headers });

describe('headers', () => {
  it('keep browsers from doing anything with an answer but read it', async () => {
    const { headers } = await http.send('GET', '/v1/ping');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    });
  });

  it('do not report what the server is made of', async () => {
    const { headers } = await http.send('GET', '/v1/ping');
    for (const name of ['server', 'x-powered-by', 'etag', 'via']) expect(headers.get(name)).toBeNull();
  });

  it('that would break the answer, or a body that is not JSON, are a bug of ours and not the end', async () => {
    for (const name of ['huge', 'split']) expect((await http.send('GET', `/v1/${name}`)).status).toBe(500);
    expect((await http.send('GET', '/v1/ping')).status).toBe(200);
  });

  it('let a page of an allowed origin read the answer and what it needs to know', async () => {
    const { headers } = await from('https://app.example.com');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(headers.get('vary')).toBe('origin');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['https://evil.example.com', 'https://app.example.com.evil.com', 'null', 'http://app.example.com'])(
    'give nothing to a page of %s',
    async (origin) => {
      const { headers } = await from(origin);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toBe('origin');
    },
  );

  it('answer a preflight of an allowed origin', async () => {
    const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    const answer = await from('https://app.example.com', 'OPTIONS', preflight);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
    const stranger = await from('https://evil.example.com', 'OPTIONS', preflight);
    expect(stranger.headers.get('access-control-allow-methods')).toBeNull();
  });
});

describe('connections', () => {
  /** What arrives on a connection until the server closes it. */
  function listen(socket: Socket): Promise<string> {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    return new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(text));
    });
  }

  function isRefused(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(false));
      socket.once('error', () => resolve(true)).unref();
    });
  }

  const options = (limits = {}) => ({
    host: '127.0.0.1',
    port: 0,
    maxConnections: 2,
    problemBase: 'https://x/problems/',
    logger: new MemoryLogger(),
    limits,
  });

  it('that send too slowly get 408 as a problem, and closed', async () => {
    const server = await startHttpServer(
      http.platform.app,
      options({ headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 }),
    );
    const slowHeaders = connect(server.port, '127.0.0.1');
    slowHeaders.write('GET /v1/ping HTTP/1.1\r\nHost: a\r\n');
    expect(await listen(slowHeaders)).toMatch(/^HTTP\/1.1 408 [\s\S]*application\/problem\+json[\s\S]*request-timeout/);
    const slowBody = connect(server.port, '127.0.0.1');
    slowBody.write('POST /v1/ping HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na');
    expect(await listen(slowBody)).toMatch(/^HTTP\/1.1 (405|408) /);
    await server.close(AbortSignal.timeout(1_000));
  });

  it('that are idle when the server stops have their next request answered, and are asked to leave', async () => {
    const replica = await http.replica();
    const server = await startHttpServer(replica.platform.app, options({ idleLinger: 60_000 }));
    const socket = connect(server.port, '127.0.0.1');
    const all = listen(socket);
    const ask = 'GET /v1/ping HTTP/1.1\r\nHost: a\r\n\r\n';
    socket.write(ask);
    await new Promise((resolve) => socket.once('data', resolve));
    replica.platform.responder.drain();
    const closed = server.close(AbortSignal.timeout(120_000));
    await expect.poll(() => isRefused(server.port)).toBe(true);
    socket.write(ask);
    const answers = (await all).split('HTTP/1.1 200 ').slice(1);
    expect(answers.map((text) => /connection: close/i.test(text))).toEqual([false, true]);
    await closed;
    await replica.close();
  });

  it('on which nothing has been said hold up no stop', async () => {
    const server = await startHttpServer(http.platform.app, options(PATIENT_LIMITS));
    const socket = connect(server.port, '127.0.0.1');
    // Accepted in the order in which they came.
    const other = connect(server.port, '127.0.0.1');
    other.write('GET /v1/ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await listen(other);
    await server.close(new AbortController().signal);
    socket.destroy();
  });

  it('above the limit are refused', async () => {
    const server = await startHttpServer(http.platform.app, options());
    const held = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const third = connect(server.port, '127.0.0.1');
    third.write('GET /v1/ping HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await listen(third)).toBe('');
    for (const socket of held) socket.destroy();
    await server.close(AbortSignal.timeout(1_000));
  });
});

describe('the log', () => {
  it('names the statement that failed, and nothing of what was bound to it', async () => {
    const insert = http.database.sql('no_such_table').insert({ email: 'ada@example.com' });
    const error = await insert.then(
      () => undefined,
      (failed: unknown) => serializeError(failed),
    );
    expect(error?.message).toContain('insert into');
    expect(JSON.stringify(error)).not.toContain('ada@example.com');
  });
});
