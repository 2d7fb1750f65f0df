import { keepSpans } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../src/http/route.ts';
import { startTestHttp, type TestHttp } from './http-harness.ts';

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SECRET = 'a-secret-in-the-path';
const common = { summary: '', tags: [], auth: 'none' as const, responses: { 204: { description: '' } } };

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp([
    defineRoute({
      ...{ ...common, method: 'get', path: '/v1/links/:token', operationId: 'link' },
      params: z.strictObject({ token: z.string() }),
      handle: async () => ({ status: 204 }),
    }),
    defineRoute({
      ...{ ...common, method: 'get', path: '/v1/broken', operationId: 'broken' },
      handle: async () => {
        throw new Error('a bug of an operation');
      },
    }),
  ]);
  http.platform.app.get('/own', (_request, response) => void response.status(418).send('mine'));
});
afterAll(() => http.close());

/** The span of one request. */
async function spanOf(method: string, path: string, headers: Record<string, string> = {}) {
  using spans = keepSpans();
  const answer = await http.send(method, path, undefined, headers);
  await expect.poll(() => spans.all).toHaveLength(1);
  return { answer, span: spans.all[0] };
}

test('a request is named by its route, and its path, query and agent stay out of its span', async () => {
  const { span, answer } = await spanOf('GET', `/v1/links/${SECRET}`, { traceparent: CALLER, 'user-agent': SECRET });
  expect(span).toMatchObject({ name: 'GET /v1/links/:token', kind: 1, failed: false });
  expect(span).toMatchObject({ traceId: CALLER.slice(3, 35), parentSpanId: CALLER.slice(36, 52) });
  expect(span?.attributes).toEqual({
    ...{ 'http.request.method': 'GET', 'url.scheme': 'http', 'network.protocol.version': '1.1' },
    ...{ 'http.route': '/v1/links/:token', 'url.path': '/v1/links/:token', 'http.response.status_code': 204 },
  });
  expect(answer.headers.get('traceparent')).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
});

test('a server error fails the span, a client error does not', async () => {
  const { span: broken } = await spanOf('GET', '/v1/broken');
  expect(broken).toMatchObject({ name: 'GET /v1/broken', failed: true });
  expect(broken?.attributes).toMatchObject({ 'error.type': '500', 'http.response.status_code': 500 });
  const { span: missing } = await spanOf('GET', `/nowhere/${SECRET}?${SECRET}`);
  expect(missing).toMatchObject({ name: 'GET', failed: false });
  expect(JSON.stringify(missing?.attributes)).not.toContain(SECRET);
});

test('a method that nobody knows is one to traces', async () => {
  const { span } = await spanOf('PROPFIND', '/v1/broken');
  expect(span).toMatchObject({ name: 'HTTP /v1/broken', attributes: { 'http.request.method': '_OTHER' } });
});

test("a product's own route is in a span too", async () => {
  const { span } = await spanOf('GET', '/own');
  expect(span?.attributes).toMatchObject({ 'http.response.status_code': 418 });
});

test.each(['x', `${CALLER}-more`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${CALLER}, ${CALLER}`])(
  'the malformed traceparent %s begins a trace',
  async (traceparent) => {
    const { span } = await spanOf('GET', '/v1/broken', { traceparent, tracestate: SECRET });
    expect(span).toMatchObject({ traceId: expect.not.stringMatching(/^0af7|^0+$/), parentSpanId: undefined });
  },
);
