import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../src/http/route.ts';
import { startTestHttp, type TestHttp } from './http-harness.ts';

const common = {
  summary: '',
  tags: [],
  responses: { 200: { description: '', schema: z.object({ ok: z.boolean() }) } },
};
const answer = async () => ({ status: 200 as const, body: { ok: true } });

const operations = [
  defineRoute({ ...common, method: 'get', path: '/v1/exact', operationId: 'exact', auth: 'none', handle: answer }),
  defineRoute({
    ...common,
    method: 'get',
    path: '/v1/things/:id',
    operationId: 'thing',
    auth: 'none',
    params: z.strictObject({ id: z.string() }),
    handle: answer,
  }),
  defineRoute({
    ...common,
    method: 'post',
    path: '/v1/things',
    operationId: 'make',
    auth: 'none',
    body: z.strictObject({ name: z.string() }),
    handle: answer,
  }),
  defineRoute({
    ...common,
    method: 'get',
    path: '/v1/limited',
    operationId: 'limited',
    auth: 'none',
    limits: [{ name: 'once', per: 'everyone', max: 1, windowSeconds: 3_600 }],
    handle: answer,
  }),
  defineRoute({
    ...common,
    method: 'get',
    path: '/v1/broken',
    operationId: 'broken',
    auth: 'none',
    handle: async () => {
      throw new Error('a bug of an operation');
    },
  }),
];

describe('what a product adds with app.use', () => {
  let http: TestHttp;
  const seen: string[] = [];

  beforeAll(async () => {
    http = await startTestHttp(operations, { settings: { trustProxy: 1 } });
    const { app } = http.platform;
    app.use((error: Error, _request: Request, response: Response, next: NextFunction) => {
      response.setHeader('x-error-seen', error.name);
      next(error);
    });
    app.use((request, response, next) => {
      seen.push(`${request.method} ${request.path}`);
      response.setHeader('x-product', request.id);
      response.setHeader('x-client', request.ip ?? '');
      next();
    });
    app.get('/product', (_request, response) => void response.json({ of: 'the product' }));
    app.get('/product/refusal', () => {
      throw Object.assign(new Error('No tea here.'), { status: 418, expose: true });
    });
    app.get('/product/half', (_request, response) => {
      response.write('the first half');
      throw new Error('a bug in the middle');
    });
    app.get('/product/bug', () => {
      throw new Error('a bug of the product');
    });
  });

  afterAll(() => http.close());

  it.each([
    ['an operation of an exact path', 'GET', '/v1/exact', 200],
    ['an operation with a parameter', 'GET', '/v1/things/1', 200],
    ['an unknown path', 'GET', '/v1/nothing', 404],
    ['another method', 'DELETE', '/v1/exact', 405],
    ['what CORS asks first', 'OPTIONS', '/v1/exact', 204],
    ['an operation that fails', 'GET', '/v1/broken', 500],
    ['a path that cannot be decoded', 'GET', '/v1/things/%zz', 400],
    ['a type that is not produced', 'GET', '/openapi.json', 200],
    ['its own route', 'GET', '/product', 200],
  ])('sees %s', async (_what, method, path, status) => {
    seen.length = 0;
    const got = await http.send(method, path);
    expect({ status: got.status, seen }).toEqual({ status, seen: [`${method} ${path}`] });
    expect(got.headers.get('x-product')).toBe(got.headers.get('x-request-id'));
  });

  it('sees what a limit refuses', async () => {
    await http.send('GET', '/v1/limited');
    const refused = await http.send('GET', '/v1/limited');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-product')).toBe(refused.headers.get('x-request-id'));
    expect(refused.headers.get('ratelimit')).toContain('r=0');
  });

  it('gives a product the client address that limits and audits go by', async () => {
    const got = await http.send('GET', '/v1/exact', undefined, { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' });
    expect(got.headers.get('x-client')).toBe('203.0.113.9');
  });

  it('runs its error handlers, and makes a problem of what they pass on', async () => {
    const got = await http.send('GET', '/v1/broken');
    expect(got.headers.get('x-error-seen')).toBe('Error');
    expect(got.json).toMatchObject({ status: 500, type: expect.stringMatching(/internal-error$/) });
    expect(http.logger.lines.some(({ message }) => message === 'a request failed')).toBe(true);
  });

  it('gives its own answers the headers of every answer', async () => {
    const got = await http.send('GET', '/product');
    expect(got.json).toEqual({ of: 'the product' });
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('breaks an answer off that fails in the middle, so that nobody waits for the rest', async () => {
    await expect(http.send('GET', '/product/half')).rejects.toThrow();
  });

  it("makes problems of a product's errors: of those with a status what they say, of others nothing", async () => {
    const refusal = await http.send('GET', '/product/refusal');
    expect(refusal.json).toMatchObject({ type: 'about:blank', status: 418, detail: 'No tea here.' });
    const bug = await http.send('GET', '/product/bug');
    expect(bug.json).toMatchObject({ status: 500 });
    expect(bug.text).not.toContain('product');
  });
});

describe('the Express application', () => {
  it.each([
    [{ trustProxy: 0 }, 0],
    [{ trustProxy: 2 }, 2],
    [{ trustProxy: 2, proxyHeader: 'x-forwarded-for' as const }, 2],
    // Express reads X-Forwarded-* alone, and those come from the client then.
    [{ trustProxy: 2, proxyHeader: 'forwarded' as const }, 0],
  ])('trusts as many proxies as the settings say: %o', async (settings, hops) => {
    const http = await startTestHttp(operations, { settings });
    try {
      expect(http.platform.app.get('trust proxy')).toBe(hops);
    } finally {
      await http.close();
    }
  });

  it('lets a product parse bodies itself', async () => {
    const http = await startTestHttp(operations);
    try {
      http.platform.app.use(express.json());
      expect((await http.send('POST', '/v1/things', { name: 'a' })).status).toBe(200);
      expect((await http.send('POST', '/v1/things', { nome: 'a' })).status).toBe(422);
      expect(
        (await http.send('POST', '/v1/things', '{"name":', { 'content-type': 'application/json' })).json,
      ).toMatchObject({
        status: 400,
        type: expect.stringMatching(/malformed-json$/),
      });
    } finally {
      await http.close();
    }
  });

  it('can be mounted in an application of the product', async () => {
    const http = await startTestHttp(operations);
    const parent = express().use('/accounts', http.platform.app);
    const server = parent.listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as { port: number };
      const of = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
      expect(await Promise.all(['/accounts/v1/exact', '/accounts/v1/things/1', '/accounts/v1/no'].map(of))).toEqual([
        200, 200, 404,
      ]);
    } finally {
      server.close();
      await http.close();
    }
  });
});
