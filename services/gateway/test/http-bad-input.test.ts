import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../src/http/route.ts';
import { PUBLIC_URL, startTestHttp, type TestHttp } from './http-harness.ts';

const note = z.strictObject({
  text: z.string().min(1),
  tags: z.array(z.strictObject({ 'a/b': z.string() })).optional(),
});
const responses = { 200: { description: 'Done.', schema: z.looseObject({}) } };
const base = { tags: ['notes'], summary: 'A note', responses };

/**
 * A body that comes in pieces, and ends: a client that is cut off while it writes an endless one may never notice, and
 * keep its process busy for good.
 */
async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < count; sent++) {
    yield new Uint8Array(size).fill(120);
    await setImmediate();
  }
}

const operations = [
  defineRoute({
    ...base,
    method: 'post',
    path: '/v1/notes',
    operationId: 'addNote',
    auth: 'none',
    body: note,
    handle: async ({ body }) => ({ status: 200, body }),
  }),
  defineRoute({
    ...base,
    method: 'get',
    path: '/v1/notes/:id',
    operationId: 'getNote',
    auth: 'none',
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ limit: z.coerce.number().int().max(10).optional() }),
    handle: async ({ params, query }) => ({ status: 200, body: { params, query } }),
  }),
  defineRoute({
    ...base,
    method: 'post',
    path: '/v1/bell',
    operationId: 'ring',
    auth: 'none',
    handle: async ({ context }) => ({ status: 200, body: { request_id: context.requestId, address: context.address } }),
  }),
  defineRoute({
    ...base,
    method: 'get',
    path: '/v1/me',
    operationId: 'getMe',
    auth: 'user',
    handle: async ({ principal }) => ({ status: 200, body: { id: principal.userId } }),
  }),
  defineRoute({
    ...base,
    method: 'delete',
    path: '/v1/me',
    operationId: 'deleteMe',
    auth: { permission: 'me.delete' },
    recentSignIn: true,
    responses: { 204: { description: 'Deleted.' } },
    handle: async () => ({ status: 204 }),
  }),
  defineRoute({
    ...base,
    method: 'get',
    path: '/v1/broken',
    operationId: 'break',
    auth: 'none',
    handle: async () => {
      throw new Error('secret detail');
    },
  }),
];

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp(operations);
});
afterAll(() => http.close());

/** What a raw connection is answered, until the server closes it. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(http.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('bad input', () => {
  it.each([
    ['no JSON at all', 'hello', 400, 'malformed-json'],
    ['JSON that ends too early', '{"text":', 400, 'malformed-json'],
    ['an empty body', '', 400, 'malformed-json'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'malformed-json'],
    ['a type that is wrong', '{"text":1}', 422, 'validation-failed'],
    ['an array for an object', '[]', 422, 'validation-failed'],
    ['null', 'null', 422, 'validation-failed'],
    ['half a surrogate pair', '{"text":"\\ud800"}', 422, 'validation-failed'],
    ['8,000 brackets', `{"text":${'['.repeat(8_000)}${']'.repeat(8_000)}}`, 422, 'validation-failed'],
    ['a prototype in its clothes', '{"text":"a","__proto__":{"admin":true}}', 422, 'validation-failed'],
  ])('answers %s with the right problem', async (_name, body, status, type) => {
    const answer = await http.send('POST', '/v1/notes', body, { 'content-type': 'application/json' });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ type: `${PUBLIC_URL}/problems/${type}`, status });
    expect(answer.json.request_id).toBe(answer.headers.get('x-request-id'));
  });

  it('reports all faults at once, each with an RFC 6901 pointer', async () => {
    const answer = await http.send('POST', '/v1/notes', { text: '', tags: [{ 'a/b': 1 }], 'x~y': 1 });
    expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/tags/0/a~1b',
      '/text',
      '/x~0y',
    ]);
  });

  it('names the parameters that are wrong, in path and query, together', async () => {
    const answer = await http.send('GET', '/v1/notes/7?limit=11&colour=red');
    expect(answer.status).toBe(422);
    const names = answer.json.errors.map(({ parameter }: { parameter: string }) => parameter);
    expect(names.sort()).toEqual(['colour', 'id', 'limit']);
  });

  it('reports where JSON breaks without quoting it', async () => {
    const body = '{"password": "hunter2"\n oops}';
    const { json } = await http.send('POST', '/v1/notes', body, { 'content-type': 'application/json' });
    expect(json.detail).toMatch(/line 2, column 2/);
    expect(json.detail).not.toContain('hunter2');
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=utf-16', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('refuses a body of type %s %o with 415 and reports what it reads', async (type, headers) => {
    const answer = await http.send('POST', '/v1/notes', '{"text":"a"}', { 'content-type': type, ...headers });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('accept')).toBe('application/json');
  });

  it('accepts a body with a charset and any case', async () => {
    const answer = await http.send('POST', '/v1/notes', '{"text":"a"}', {
      'content-type': 'Application/JSON; Charset="UTF-8"',
    });
    expect(answer.status).toBe(200);
  });

  it('refuses a body of 1 MB with 413, announced by its length or counted as it comes', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(1_000_000) });
    expect((await http.send('POST', '/v1/notes', large, { 'content-type': 'application/json' })).status).toBe(413);
    const chunked = await fetch(`${http.url}/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ReadableStream.from(chunks(400, 10_000)),
      duplex: 'half',
    } as RequestInit).then(
      ({ status }) => status,
      // The connection may be closed on a client that still sends.
      () => 413,
    );
    expect(chunked).toBe(413);
  });

  it('refuses a large body on an operation that reads none', async () => {
    const answer = await http.send('POST', '/v1/bell', 'x'.repeat(20_000), { 'content-type': 'text/plain' });
    expect(answer.status).toBe(413);
  });

  it('answers an unknown path with 404 and a known one with the wrong method with 405 and Allow', async () => {
    expect((await http.send('GET', '/v1/nowhere')).status).toBe(404);
    const answer = await http.send('PATCH', '/v1/me', {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, DELETE, HEAD, OPTIONS');
    expect((await http.send('OPTIONS', '/v1/me')).status).toBe(204);
  });

  it('answers HEAD as GET without a body', async () => {
    const answer = await http.send('HEAD', '/openapi.json');
    expect(answer.status).toBe(200);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(100);
    expect(answer.text).toBe('');
  });

  it('refuses an Accept header that excludes JSON with 406', async () => {
    expect((await http.send('POST', '/v1/bell', undefined, { accept: 'text/html' })).status).toBe(406);
    expect((await http.send('POST', '/v1/bell', undefined, { accept: 'text/html, application/*;q=0.1' })).status).toBe(
      200,
    );
    expect((await http.send('POST', '/v1/bell', undefined, { accept: '*/*;q=0' })).status).toBe(406);
  });

  it('answers a path that cannot be decoded with 400', async () => {
    expect((await http.send('GET', '/v1/notes/%E0%A4%A')).status).toBe(400);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['headers of 20 KB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400'],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      '400',
    ],
  ])('answers %s with a problem and closes the connection', async (_name, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer.toLowerCase()).toContain('x-request-id: ');
  });

  it('survives whatever bytes arrive on a connection', async () => {
    const start = fc.constantFrom(
      '',
      'GET / HTTP/1.1\r\n',
      'POST /v1/notes HTTP/1.1\r\nHost: a\r\n',
      'PRI * HTTP/2.0\r\n\r\n',
    );
    const rest = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('Content-Length: -1\r\n\r\n', 'Expect: x\r\n\r\n'),
    );
    await fc.assert(
      fc.asyncProperty(start, rest, async (head, tail) => {
        await new Promise<void>((resolve) => {
          const socket = connect(http.port, '127.0.0.1', () => socket.end(Buffer.from(head + tail, 'utf8')));
          socket.resume().on('error', () => undefined);
          socket.once('close', () => resolve());
        });
      }),
      { numRuns: 200 },
    );
    expect((await http.send('POST', '/v1/bell')).status).toBe(200);
  });

  it('asks for sign-in, permission and a recent password, in that order', async () => {
    const { authenticator } = http;
    authenticator.signIn('plain');
    authenticator.signIn('stale', { permissions: ['me.delete'], authenticatedAt: new Date(Date.now() - 3_600_000) });
    authenticator.signIn('good', { permissions: ['me.delete'] });
    const del = (token?: string) =>
      http.send('DELETE', '/v1/me', undefined, token ? { authorization: `Bearer ${token}` } : {});
    const nobody = await del();
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const stranger = await del('stranger');
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
    expect((await del('plain')).json.type).toMatch(/\/forbidden$/);
    expect((await del('stale')).json.type).toMatch(/\/recent-sign-in-required$/);
    expect((await del('good')).status).toBe(204);
  });

  it('reveals nothing of a bug of ours but its request id, and logs it', async () => {
    const answer = await http.send('GET', '/v1/broken', undefined, { 'x-request-id': 'support-me-1' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret detail');
    expect(answer.json.request_id).toBe('support-me-1');
    const line = http.logger.lines.find(({ fields }) => fields.request_id === 'support-me-1');
    expect(line?.level).toBe('error');
  });

  it('adopts a request id only when it is well formed', async () => {
    const ring = (id: string) => http.send('POST', '/v1/bell', undefined, { 'x-request-id': id });
    expect((await ring('abc-123-XYZ')).json.request_id).toBe('abc-123-XYZ');
    expect((await ring('<script>alert(1)</script>')).json.request_id).toMatch(/^[0-9a-f]{32}$/);
    expect((await ring('x'.repeat(200))).json.request_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("goes on with the caller's trace", async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const answer = await http.send('POST', '/v1/bell', undefined, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
  });

  it('counts requests by the pattern of their route, and writes no line for a healthy one', async () => {
    const before = http.logger.lines.length;
    await http.send('GET', '/v1/notes/018f0000-0000-7000-8000-000000000001');
    const text = await http.metrics.expose();
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/v1/notes/:id",status="200"}');
    expect(text).not.toContain('018f0000');
    expect(http.logger.lines.length).toBe(before);
  });
});
